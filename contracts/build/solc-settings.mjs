// One place for what decides the contracts' bytes. Forge tests these bytes and compiles nothing but tests (foundry.toml).
export const settings = {
  remappings: ["@openzeppelin/=node_modules/@openzeppelin/"],
  evmVersion: "cancun",
  viaIR: true,
  optimizer: { enabled: true, runs: 100000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};
