/*
 * CloudFront Function (cloudfront-js-2.0) on requests for the API: says where the request came from, over whatever the
 * viewer itself put there. API Gateway sees the edge's address only.
 */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- CloudFront calls it; such a file exports nothing.
function handler(event) {
  const request = event.request;
  request.headers['x-keystone-viewer'] = { value: event.viewer.ip };
  return request;
}
