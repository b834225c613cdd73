package org.chargeproof.billing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a session comes to: version 1, {@code CPB1} in docs/reference/bills.md, 184 bytes. Money is in millionths of a euro.
 *
 * @param stay what is billed
 * @param group of its charge point
 * @param costMicroEuro of the energy, without VAT: the operator's
 * @param marginMicroEuro the provider's, without VAT
 * @param vatMicroEuro on both, as the driver pays it
 * @param owedMicroEuro by the provider to the operator, VAT on its cost included
 * @param chargedMicroEuro by the provider to the driver, VAT included
 * @param flexibility in Wh^2: see {@link Flexibility}
 * @param compensationMicroEuro by the operator, for what it promised and did not deliver
 * @param tokens in millionths
 */
public record Bill(
        Stay stay,
        int group,
        long costMicroEuro,
        long marginMicroEuro,
        long vatMicroEuro,
        long owedMicroEuro,
        long chargedMicroEuro,
        long flexibility,
        long compensationMicroEuro,
        long tokens) {
    /** Length of a bill's bytes. */
    public static final int BYTES = 184;

    static final String MAGIC = "CPB1";
    private static final int E4 = 10_000;
    /** Wh times ten-thousandths of a euro for a kWh, in a millionth of a euro. */
    private static final int WH_E4_PER_MICRO_EURO = 10;

    /** Every amount is rounded down, once. */
    static Bill of(Stay stay, int group, Terms terms, long flexibility, long tokens) {
        long cost = price(stay.energyWh(), stay.pricePerKWhE4());
        long margin = price(stay.energyWh(), stay.marginPerKWhE4());
        long vat = (cost + margin) * stay.vatE4() / E4;
        long owed = cost + cost * stay.vatE4() / E4;
        long compensation = price(stay.shortfallWh(), stay.pricePerKWhE4()) * terms.compensationE4() / E4;
        return new Bill(stay, group, cost, margin, vat, owed, cost + margin + vat, flexibility, compensation, tokens);
    }

    private static long price(int energyWh, int perKWhE4) {
        return (long) energyWh * perKWhE4 / WH_E4_PER_MICRO_EURO;
    }

    /** Returns the bytes of this bill. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.put(MAGIC.getBytes(StandardCharsets.ISO_8859_1));
        out.putInt(stay.session());
        out.put(stay.account());
        out.put((byte) stay.provider());
        out.put((byte) stay.operator());
        out.putInt(group);
        out.putInt(stay.chargePoint());
        out.putInt(stay.fromTimestep());
        out.putInt(stay.toTimestep());
        out.putLong(stay.beginRegisterWh());
        out.putLong(stay.endRegisterWh());
        out.putInt(stay.energyWh());
        out.putInt(stay.totalGreenWh());
        out.putInt(stay.promisedWh());
        out.putInt(stay.shortfallWh());
        out.putInt(stay.pricePerKWhE4());
        out.putInt(stay.marginPerKWhE4());
        out.putShort((short) stay.vatE4());
        out.putLong(costMicroEuro);
        out.putLong(marginMicroEuro);
        out.putLong(vatMicroEuro);
        out.putLong(owedMicroEuro);
        out.putLong(chargedMicroEuro);
        out.putLong(flexibility);
        out.putLong(compensationMicroEuro);
        out.putLong(tokens);
        out.put(stay.records());
        return out.array();
    }
}
