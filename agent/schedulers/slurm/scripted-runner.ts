import type { CommandResult, CommandRunner, SlurmProgram } from './command-runner.ts';

const PIECE = 100;

type Answer = string | Partial<CommandResult> | Error;

/**
 * Answers commands by the first rule whose words they hold, and fails on any other. A rule's answers are given in turn,
 * the last one again and again.
 */
export function scriptedRunner(
  rules: readonly (readonly [words: string, ...answers: Answer[]])[],
): CommandRunner & { readonly asked: string[] } {
  const asked: string[] = [];
  const given = new Map<string, number>();
  const run = async (program: SlurmProgram, args: readonly string[]): Promise<CommandResult> => {
    const command = [program, ...args].join(' ');
    asked.push(command);
    const rule = rules.find(([words]) => words.split(' ').every((word) => command.includes(word)));
    if (rule === undefined) throw new Error(`an unexpected command: ${command}`);
    const [words, ...answers] = rule;
    const turn = given.get(words) ?? 0;
    given.set(words, turn + 1);
    const answer = answers[Math.min(turn, answers.length - 1)] ?? '';
    if (answer instanceof Error) throw answer;
    return {
      code: 0,
      stdout: '',
      stderr: '',
      ...(typeof answer === 'string' ? { stdout: answer } : answer),
    };
  };
  return {
    asked,
    run,
    async *stream(program, args) {
      const { stdout, ...rest } = await run(program, args);
      // Pieces end anywhere.
      for (let from = 0; from < stdout.length; from += PIECE) yield stdout.slice(from, from + PIECE);
      return { ...rest, stdout: '' };
    },
  };
}
