/** What `new EksGuard(…)` takes: the options of `eks-guard check`. */
export interface EksGuardOptions {
  /**
   * The command, or the command with its first arguments: `['python3', '-m', 'eks_guard']`.
   * @default the environment variable EKS_GUARD, else `eks-guard`
   */
  readonly command?: string | readonly string[];
  /** The packs to judge by. @default deploy-safety and baseline, or what eks-guard.yaml says */
  readonly packs?: readonly string[];
  /** Own policy files, or folders of them. */
  readonly policies?: readonly string[];
  /** A configuration file. @default eks-guard.yaml, found upwards from the working folder */
  readonly config?: string;
  /** The lowest severity that fails the synth. @default low */
  readonly failOn?: 'info' | 'low' | 'medium' | 'high';
  /** Whether what is unknown fails the synth. @default false */
  readonly strict?: boolean;
  /** Judge as of this day, such as 2026-12-31. @default today */
  readonly today?: string;
  /** What is deployed, a cdk.out or an archive of one: then the update is judged, too. */
  readonly against?: string;
}

/** A report in the form of both interfaces of CDK, the stable one and Beta1. */
export interface EksGuardReport {
  readonly success: boolean;
  readonly violations: {
    readonly ruleName: string;
    readonly description: string;
    readonly severity: string;
    readonly fix?: string;
    readonly ruleMetadata?: { readonly [key: string]: string };
    readonly violatingResources: {
      readonly resourceLogicalId: string;
      readonly constructPath?: string;
      readonly templatePath: string;
      readonly locations: string[];
    }[];
  }[];
  readonly pluginVersion?: string;
  readonly metadata?: { readonly [key: string]: string };
}

/** The plugin, for `Validations.of(app).addPlugins(…)` and for `new App({ policyValidationBeta1: […] })`. */
export declare class EksGuard {
  readonly name: string;
  readonly version: string;
  constructor(options?: EksGuardOptions);
  validate(context: { readonly templatePaths: string[] }): EksGuardReport;
}
