// One place for what decides the contracts' bytes; forge reads the same from foundry.toml.
export const settings = {
  remappings: ["@openzeppelin/=node_modules/@openzeppelin/"],
  evmVersion: "cancun",
  viaIR: true,
  optimizer: { enabled: true, runs: 100000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};
