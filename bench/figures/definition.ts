export interface Bounds {
  atMost?: number;
  atLeast?: number;
}

export interface Definition {
  what: string;
  unit: string;
  /** What the floor is. */
  floor?: string;
  aim?: Bounds;
  /** Aim for the figure as a multiple of its floor. */
  ratio?: Bounds;
}
