// Ours, not the package's: the types of the development dependency, for tsc.
export * from "lit-html/directives/guard.js";
