import type { CommandResult, CommandRunner, SlurmProgram } from './command-runner.ts';

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
  return {
    asked,
    async run(program: SlurmProgram, args: readonly string[]): Promise<CommandResult> {
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
    },
  };
}
