/*
 * CloudFront Function (cloudfront-js-2.0) on requests for the site. The site is a static Next.js export with trailing
 * slashes, so a page is a folder's index.html, and the page of any one record stands under the literal name [id].
 */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- CloudFront calls it; such a file exports nothing.
function handler(event) {
  const request = event.request;
  const segments = request.uri.split('/');
  const last = segments[segments.length - 1];

  // A file, such as /favicon.ico or /_next/static/….js.
  if (last.includes('.')) return request;

  if (last !== '') return redirect(request.uri + '/', request.querystring);

  request.uri =
    segments.map((segment) => (/^[0-9]+$/.test(segment) ? '[id]' : segment)).join('/') + 'index.html';
  return request;
}

function redirect(uri, querystring) {
  // Slashes at the front would make the browser read the path as another host.
  const path = uri.replace(/^[/\\]+/, '/');
  const pairs = [];
  for (const name of Object.keys(querystring)) {
    const given = querystring[name];
    const values = given.multiValue ? given.multiValue.map((each) => each.value) : [given.value];
    for (const value of values) pairs.push(value === '' ? name : name + '=' + value);
  }
  const location = pairs.length > 0 ? path + '?' + pairs.join('&') : path;
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: location } },
  };
}
