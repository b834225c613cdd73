// A bill's bytes, what they say, and whether they add up: docs/reference/bills.md, CPB1.

const BYTES = 184;
const MAGIC = "43504231";

/** Fields in their order: name, first byte, bytes; `hex` stays hexadecimal. */
const FIELDS = [
  ["session", 4, 4],
  ["account", 8, 20, "hex"],
  ["provider", 28, 1],
  ["operator", 29, 1],
  ["group", 30, 4],
  ["chargePoint", 34, 4],
  ["fromTimestep", 38, 4],
  ["toTimestep", 42, 4],
  ["beginRegisterWh", 46, 8],
  ["endRegisterWh", 54, 8],
  ["energyWh", 62, 4],
  ["greenWh", 66, 4],
  ["promisedWh", 70, 4],
  ["shortfallWh", 74, 4],
  ["pricePerKWhE4", 78, 4],
  ["marginPerKWhE4", 82, 4],
  ["vatE4", 86, 2],
  ["costMicroEuro", 88, 8],
  ["marginMicroEuro", 96, 8],
  ["vatMicroEuro", 104, 8],
  ["owedMicroEuro", 112, 8],
  ["chargedMicroEuro", 120, 8],
  ["flexibility", 128, 8],
  ["compensationMicroEuro", 136, 8],
  ["tokens", 144, 8],
  ["records", 152, 32, "hex"],
];

/**
 * What a bill's bytes say.
 *
 * @param hex 0x and 184 bytes
 * @return numbers as BigInt, others as 0x...
 * @throws Error when they are no bill
 */
export function decodeBill(hex) {
  if (!/^0x[0-9a-f]*$/.test(hex) || hex.length !== 2 + 2 * BYTES || !hex.startsWith(`0x${MAGIC}`)) {
    throw new Error("these are not the bytes of a bill of version 1");
  }
  const bill = {};
  for (const [name, from, bytes, kind] of FIELDS) {
    const part = `0x${hex.slice(2 + 2 * from, 2 + 2 * (from + bytes))}`;
    bill[name] = kind === "hex" ? part : BigInt(part);
  }
  return bill;
}

/** Where what is shown differs from a bill's bytes, with both values: what is missing differs, and so does what is no whole number. */
export function differences(bill, shown) {
  return Object.entries(shown)
    .filter(([name, value]) => !isSame(bill[name], value))
    .map(([name, value]) => ({ name, shown: String(value), proven: String(bill[name]) }));
}

function isSame(proven, shown) {
  return typeof proven === "bigint" ? Number.isSafeInteger(shown) && BigInt(shown) === proven : shown === proven;
}

/** Where a bill's own amounts do not follow from its energy and prices, each rounded down once. */
export function wrongSums(bill) {
  const cost = (bill.energyWh * bill.pricePerKWhE4) / 10n;
  const margin = (bill.energyWh * bill.marginPerKWhE4) / 10n;
  const vat = ((cost + margin) * bill.vatE4) / 10_000n;
  const right = {
    costMicroEuro: cost,
    marginMicroEuro: margin,
    vatMicroEuro: vat,
    chargedMicroEuro: cost + margin + vat,
    owedMicroEuro: cost + (cost * bill.vatE4) / 10_000n,
  };
  return Object.entries(right)
    .filter(([name, value]) => bill[name] !== value)
    .map(([name, value]) => ({ name, shown: String(bill[name]), proven: String(value) }));
}
