package org.chargeproof.protocol.bill;

import java.math.BigDecimal;
import java.util.ArrayList;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.billing.Bill;

/**
 * A bill's bytes, read: {@code CPB1} in docs/reference/bills.md. Money and tokens are in millionths, energy in Wh.
 *
 * @param records what the meter signed: see IMeters; zeros without
 */
public record IssuedBill(
        int session,
        Bytes account,
        int provider,
        int operator,
        int group,
        int chargePoint,
        int fromTimestep,
        int toTimestep,
        long beginRegisterWh,
        long endRegisterWh,
        int energyWh,
        int greenWh,
        int promisedWh,
        int shortfallWh,
        int pricePerKWhE4,
        int marginPerKWhE4,
        int vatE4,
        long costMicroEuro,
        long marginMicroEuro,
        long vatMicroEuro,
        long owedMicroEuro,
        long chargedMicroEuro,
        long flexibility,
        long compensationMicroEuro,
        long tokens,
        Bytes32 records) {
    /** Of every bill. */
    public static final int BYTES = Bill.BYTES;

    private static final int MAGIC_BYTES = 4;
    private static final int ACCOUNT_BYTES = 20;
    private static final int MICRO = 6;
    private static final int E4_DIGITS = 4;
    private static final int WH_DIGITS = 3;
    private static final int PERCENT = 100;
    /** 0x and four bytes. */
    private static final int SHOWN_HASH = 10;

    /**
     * Reads a bill.
     *
     * @throws IllegalArgumentException for bytes of another length
     */
    public static IssuedBill of(Bytes bill) {
        if (bill.size() != Bill.BYTES) {
            throw new IllegalArgumentException(
                    "a bill has " + Bill.BYTES + " bytes, not " + bill.size() + ". Maybe it was cut off.");
        }
        var in = new Fields(bill);
        in.at = MAGIC_BYTES;
        return new IssuedBill(
                in.u32(),
                in.bytes(ACCOUNT_BYTES),
                in.u8(),
                in.u8(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u64(),
                in.u64(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u32(),
                in.u16(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64(),
                Bytes32.wrap(in.bytes(Bytes32.SIZE)));
    }

    /** What people read, in lines that fit a page; AFIR's order of price components: kWh first. */
    public String words() {
        var lines = new ArrayList<String>();
        lines.add(kWh(energyWh) + " kWh at charge point " + chargePoint + " of operator " + operator + ", "
                + (energyWh == 0 ? 0 : (long) PERCENT * greenWh / energyWh) + " % of it from PV there");
        lines.add(perKWh(pricePerKWhE4) + " EUR a kWh, " + perKWh(marginPerKWhE4) + " by provider " + provider + ", "
                + BigDecimal.valueOf(vatE4, 2) + " % VAT");
        lines.add("energy " + euros(costMicroEuro) + ", provider " + euros(marginMicroEuro) + ", VAT "
                + euros(vatMicroEuro) + ", together " + euros(chargedMicroEuro) + " EUR");
        if (compensationMicroEuro > 0) {
            lines.add(kWh(shortfallWh) + " kWh were promised and not delivered: " + euros(compensationMicroEuro)
                    + " EUR back");
        }
        lines.add(BigDecimal.valueOf(tokens, MICRO) + " flexibility tokens; "
                + (records.isZero()
                        ? "the meter signed nothing"
                        : "the meter's signed records hash to "
                                + records.toHexString().substring(0, SHOWN_HASH) + "..."));
        return String.join("\n", lines);
    }

    /** Millionths of a euro as euros, each rounded down once when it was computed. */
    public static BigDecimal euros(long microEuro) {
        return BigDecimal.valueOf(microEuro, MICRO);
    }

    private static BigDecimal kWh(long wh) {
        return BigDecimal.valueOf(wh, WH_DIGITS);
    }

    private static BigDecimal perKWh(int e4) {
        return BigDecimal.valueOf(e4, E4_DIGITS);
    }

    private static final class Fields {
        private final Bytes bytes;
        private int at;

        Fields(Bytes bytes) {
            this.bytes = bytes;
        }

        int u8() {
            return Byte.toUnsignedInt(bytes.get(at++));
        }

        int u16() {
            return u8() << Byte.SIZE | u8();
        }

        int u32() {
            int value = bytes.getInt(at);
            at += Integer.BYTES;
            return value;
        }

        long u64() {
            long value = bytes.getLong(at);
            at += Long.BYTES;
            return value;
        }

        Bytes bytes(int length) {
            var value = bytes.slice(at, length);
            at += length;
            return value;
        }
    }
}
