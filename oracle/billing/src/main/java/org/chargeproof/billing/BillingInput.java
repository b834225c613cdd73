package org.chargeproof.billing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the bills of one group in one settlement follow from: version 1, {@code CPV1} in docs/reference/bills.md.
 *
 * @param terms of the network
 * @param group whose charge points they are
 * @param firstTimestep of the loads: none of the stays' charge points was taken earlier
 * @param loadWh net load of the whole group in each timestep: what all cars took and other equipment, less PV
 * @param stays to be billed, ascending by session
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record BillingInput(Terms terms, int group, int firstTimestep, int[] loadWh, List<Stay> stays) {
    static final String MAGIC = "CPV1";
    /** A stay, and as long before it that its charge point was taken, and until readings are there. */
    static final int MOST_STEPS = 1_536;

    static final int MOST_STAYS = 4_096;
    /** As in the contracts: 672 timesteps, and the one that it leaves in. */
    static final int MOST_STAY_STEPS = 768;

    static final int MOST_LOAD_WH = 1 << 27;
    static final int MOST_WH_PER_STEP = 65_534;
    static final int MOST_PER_KWH_E4 = 1_000_000;
    static final int MOST_VAT_E4 = 5_000;
    static final long MOST_REGISTER_WH = 1L << 53;
    private static final int MOST_COMPENSATION_E4 = 100_000;
    /** Tokens of the largest flexibility stay below 2^63. */
    private static final int MOST_KAPPA_E6 = 100_000_000;

    private static final int ACCOUNT_BYTES = 20;
    private static final int HASH_BYTES = 32;
    /** At one plug without a break; who comes after them starts a count of its own. */
    static final int MOST_EARLIER = 64;

    /** Of a stay without its readings and those before, and of a reading. */
    private static final int STAY_BYTES = 117;

    private static final int READING_BYTES = 8;

    /**
     * Reads an input.
     *
     * @throws InvalidInputException if it is not exactly one valid input
     */
    public static BillingInput decode(byte[] bytes) {
        var in = new Fields(MAGIC, bytes);
        var terms = new Terms(in.u32("compensationE4", MOST_COMPENSATION_E4), in.u32("kappaE6", MOST_KAPPA_E6));
        int group = in.u32("group", Integer.MAX_VALUE);
        int first = in.u32("firstTimestep", Integer.MAX_VALUE - MOST_STEPS);
        int[] loadWh = new int[in.count("the number of timesteps", 1, MOST_STEPS, 4)];
        for (int t = 0; t < loadWh.length; t++) {
            loadWh[t] = in.i32("loadWh", -MOST_LOAD_WH, MOST_LOAD_WH);
        }
        int count = in.count("the number of stays", 0, MOST_STAYS, STAY_BYTES);
        List<Stay> stays = new ArrayList<>(count);
        int last = -1;
        for (int i = 0; i < count; i++) {
            Stay stay = stay(in, first, first + loadWh.length);
            if (stay.session() <= last) {
                throw in.outOfRange("session", stay.session(), last + 1L, Integer.MAX_VALUE);
            }
            last = stay.session();
            stays.add(stay);
        }
        in.end();
        return new BillingInput(terms, group, first, loadWh, stays);
    }

    private static Stay stay(Fields in, int first, int end) {
        int session = in.u32("session", Integer.MAX_VALUE);
        byte[] account = in.bytes("account", ACCOUNT_BYTES);
        int provider = in.u8("provider");
        int operator = in.u8("operator");
        int chargePoint = in.u32("chargePoint", Integer.MAX_VALUE);
        int from = in.i32("fromTimestep", first, end - 1);
        int to = in.i32("toTimestep", from + 1, Math.min(end, from + MOST_STAY_STEPS));
        int occupiedFrom = in.i32("occupiedFrom", first, from);
        List<int[]> earlier = earlier(in, from - occupiedFrom);
        int departure = in.u32("departureTimestep", Integer.MAX_VALUE);
        int maxWhPerStep = in.i32("maxWhPerStep", 1, MOST_WH_PER_STEP);
        int flags = in.u8("flags");
        if (flags > 3) {
            throw in.outOfRange("flags", flags, 0, 3);
        }
        long beginRegisterWh = in.u64("beginRegisterWh", MOST_REGISTER_WH);
        long endRegisterWh = in.u64("endRegisterWh", MOST_REGISTER_WH);
        int promisedWh = in.u32("promisedWh", MOST_LOAD_WH);
        int price = in.u32("pricePerKWhE4", MOST_PER_KWH_E4);
        int margin = in.u32("marginPerKWhE4", MOST_PER_KWH_E4);
        int vat = in.u16("vatE4");
        if (vat > MOST_VAT_E4) {
            throw in.outOfRange("vatE4", vat, 0, MOST_VAT_E4);
        }
        byte[] records = in.bytes("records", HASH_BYTES);
        int steps = to - from;
        in.count("the number of readings", steps, steps, READING_BYTES);
        int[] meteredWh = new int[steps];
        int[] greenWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            meteredWh[t] = in.u32("meteredWh", MOST_WH_PER_STEP);
            greenWh[t] = in.u32("greenWh", meteredWh[t]);
        }
        return new Stay(
                session,
                account,
                provider,
                operator,
                chargePoint,
                from,
                to,
                occupiedFrom,
                earlier,
                departure,
                maxWhPerStep,
                (flags & 1) != 0,
                (flags & 2) != 0,
                beginRegisterWh,
                endRegisterWh,
                promisedWh,
                price,
                margin,
                vat,
                records,
                meteredWh,
                greenWh);
    }

    /** What sessions before took, who had the charge point for so many timesteps in all. */
    private static List<int[]> earlier(Fields in, int steps) {
        int count = in.count("the number of earlier sessions", steps == 0 ? 0 : 1, Math.min(steps, MOST_EARLIER), 6);
        List<int[]> earlier = new ArrayList<>(count);
        int left = steps;
        for (int i = 0; i < count; i++) {
            boolean last = i + 1 == count;
            int[] meteredWh = new int[in.count("timesteps of an earlier session", last ? left : 1, left, 4)];
            for (int t = 0; t < meteredWh.length; t++) {
                meteredWh[t] = in.u32("meteredWh", MOST_WH_PER_STEP);
            }
            left -= meteredWh.length;
            earlier.add(meteredWh);
        }
        return earlier;
    }

    /** Returns the bytes of this input; {@link #decode} refuses them if a value is out of range. */
    public byte[] encode() {
        var out = new ByteArrayOutputStream();
        ByteBuffer head = ByteBuffer.allocate(24 + 4 * loadWh.length);
        head.put(MAGIC.getBytes(StandardCharsets.ISO_8859_1));
        head.putInt(terms.compensationE4());
        head.putInt(terms.kappaE6());
        head.putInt(group);
        head.putInt(firstTimestep);
        head.putShort((short) loadWh.length);
        for (int wh : loadWh) {
            head.putInt(wh);
        }
        head.putShort((short) stays.size());
        out.writeBytes(head.array());
        for (Stay stay : stays) {
            out.writeBytes(encode(stay));
        }
        return out.toByteArray();
    }

    private static byte[] encode(Stay stay) {
        int earlierBytes = 0;
        for (int[] meteredWh : stay.earlier()) {
            earlierBytes += 2 + 4 * meteredWh.length;
        }
        ByteBuffer out = ByteBuffer.allocate(STAY_BYTES + earlierBytes + READING_BYTES * stay.meteredWh().length);
        out.putInt(stay.session());
        out.put(stay.account());
        out.put((byte) stay.provider());
        out.put((byte) stay.operator());
        out.putInt(stay.chargePoint());
        out.putInt(stay.fromTimestep());
        out.putInt(stay.toTimestep());
        out.putInt(stay.occupiedFrom());
        out.putShort((short) stay.earlier().size());
        for (int[] meteredWh : stay.earlier()) {
            out.putShort((short) meteredWh.length);
            for (int wh : meteredWh) {
                out.putInt(wh);
            }
        }
        out.putInt(stay.departureTimestep());
        out.putInt(stay.maxWhPerStep());
        out.put((byte) ((stay.joins() ? 1 : 0) | (stay.keptBack() ? 2 : 0)));
        out.putLong(stay.beginRegisterWh());
        out.putLong(stay.endRegisterWh());
        out.putInt(stay.promisedWh());
        out.putInt(stay.pricePerKWhE4());
        out.putInt(stay.marginPerKWhE4());
        out.putShort((short) stay.vatE4());
        out.put(stay.records());
        out.putShort((short) stay.meteredWh().length);
        for (int t = 0; t < stay.meteredWh().length; t++) {
            out.putInt(stay.meteredWh()[t]);
            out.putInt(stay.greenWh()[t]);
        }
        return out.array();
    }
}
