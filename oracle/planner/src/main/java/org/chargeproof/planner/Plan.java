package org.chargeproof.planner;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the planner makes of one {@link GroupInput}, with the certificate that proves it optimal. Encoded as {@code
 * docs/reference/planner-encoding.md} says. Arrays are copied on construction and shared on reading: not to be changed.
 *
 * @param groupId the group
 * @param timestep number of the timestep that is step 0
 * @param inputSha256 SHA-256 of the encoded input, 32 bytes
 * @param decisions one for each new request, ascending by session id
 * @param leastPeakWh least possible peak of net load in Wh per step, may be negative; 0 unless the policy needs it
 * @param rows one for each accepted session that has not departed, ascending by charge point
 * @param aggregateWh sum of the rows that join, T values
 * @param price the certificate, T values
 * @param green green energy of the settled timestep, in the order of the input
 */
@SuppressWarnings("ArrayRecordComponent") // equality is that of the encoding, see equals
public record Plan(
        int groupId,
        int timestep,
        byte[] inputSha256,
        List<Decision> decisions,
        int leastPeakWh,
        List<Row> rows,
        int[] aggregateWh,
        long[] price,
        List<Green> green) {

    private static final String MAGIC = "CPP1";
    private static final int HASH_BYTES = 32;
    private static final int FIXED_BYTES = CanonicalReader.HEADER_BYTES + 4 + 4 + HASH_BYTES + 2 + 2 + 4 + 2 + 2;
    private static final int BYTES_PER_STEP = 4 + 8;
    private static final int DECISION_BYTES = 15;
    private static final int ROW_BYTES = 15;
    private static final int GREEN_BYTES = 8;
    private static final int ACCEPTED = 1;
    private static final int REFUSED = 2;

    /**
     * The answer to a new request. Offers are 0 when it is accepted or there is none.
     *
     * @param sessionId the session that asked
     * @param accepted whether it gets what it asked for
     * @param offerEnergyWh the most of its energy that it can have by its departure if it joins
     * @param offerDepartureStep the least later departure by which it can have all of its energy if it joins
     * @param offerPowerW constant power that is free during the next hour
     */
    public record Decision(
            int sessionId, boolean accepted, int offerEnergyWh, int offerDepartureStep, int offerPowerW) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Decision {
            Limits.notNegative("sessionId of a decision", sessionId);
            Limits.notNegative("offerEnergyWh", offerEnergyWh);
            Limits.inRange("offerDepartureStep", offerDepartureStep, 0, Limits.STEPS);
            Limits.notNegative("offerPowerW", offerPowerW);
        }
    }

    /**
     * What one session gets.
     *
     * @param chargePoint network-wide index of the charge point
     * @param sessionId the session
     * @param joins takes part in smart charging
     * @param shortfallWh what of its energy cannot be delivered any more
     * @param energyWh for each step before its departure
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by value, see equals
    public record Row(int chargePoint, int sessionId, boolean joins, int shortfallWh, int[] energyWh) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Row {
            Limits.notNegative("chargePoint of a row", chargePoint);
            Limits.notNegative("sessionId of a row", sessionId);
            Limits.notNegative("shortfallWh", shortfallWh);
            Limits.inRange("steps of a row", energyWh.length, 1, Limits.STEPS);
            energyWh = notNegative("energyWh of session " + sessionId, energyWh);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Row that
                    && chargePoint == that.chargePoint
                    && sessionId == that.sessionId
                    && joins == that.joins
                    && shortfallWh == that.shortfallWh
                    && Arrays.equals(energyWh, that.energyWh);
        }

        @Override
        public int hashCode() {
            return 31 * sessionId + Arrays.hashCode(energyWh);
        }

        @Override
        public String toString() {
            return "Row[chargePoint=" + chargePoint + ", sessionId=" + sessionId + ", joins=" + joins + ", shortfallWh="
                    + shortfallWh + ", energyWh=" + Arrays.toString(energyWh) + "]";
        }
    }

    /**
     * Green energy of a metered session.
     *
     * @param sessionId the session
     * @param greenWh what of its metered energy is attributed to PV
     */
    public record Green(int sessionId, int greenWh) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Green {
            Limits.notNegative("sessionId of green energy", sessionId);
            Limits.notNegative("greenWh", greenWh);
        }
    }

    /**
     * Checks ranges.
     *
     * @throws InvalidInputException if a value is out of its range, lengths differ, or something is unsorted
     */
    public Plan {
        Limits.notNegative("groupId", groupId);
        Limits.notNegative("timestep", timestep);
        Limits.inRange("bytes of inputSha256", inputSha256.length, HASH_BYTES, HASH_BYTES);
        inputSha256 = inputSha256.clone();
        int steps = Limits.inRange("stepCount", aggregateWh.length, 1, Limits.STEPS);
        Limits.inRange("number of prices", price.length, steps, steps);
        aggregateWh = notNegative("aggregateWh", aggregateWh);
        price = price.clone();
        decisions = List.copyOf(decisions);
        Limits.inRange("number of decisions", decisions.size(), 0, Limits.SESSIONS);
        for (int i = 1; i < decisions.size(); i++) {
            ascending("sessionId of decisions", decisions.get(i - 1).sessionId, decisions.get(i).sessionId);
        }
        rows = List.copyOf(rows);
        Limits.inRange("number of rows", rows.size(), 0, Limits.SESSIONS);
        for (int i = 0; i < rows.size(); i++) {
            Limits.inRange("steps of a row", rows.get(i).energyWh.length, 1, steps);
            if (i > 0) {
                ascending("chargePoint of rows", rows.get(i - 1).chargePoint, rows.get(i).chargePoint);
            }
        }
        green = List.copyOf(green);
        Limits.inRange("number of green energies", green.size(), 0, Limits.SESSIONS);
    }

    /** Returns T, the number of steps. */
    public int stepCount() {
        return aggregateWh.length;
    }

    /** Returns the encoded plan. */
    public byte[] encode() {
        int length = FIXED_BYTES
                + DECISION_BYTES * decisions.size()
                + ROW_BYTES * rows.size()
                + BYTES_PER_STEP * stepCount()
                + GREEN_BYTES * green.size();
        for (Row row : rows) {
            length += 4 * row.energyWh.length;
        }
        byte[] frame = new byte[length];
        ByteBuffer buffer = CanonicalReader.write(MAGIC, frame)
                .putInt(groupId)
                .putInt(timestep)
                .put(inputSha256)
                .putShort((short) decisions.size());
        for (Decision decision : decisions) {
            buffer.putInt(decision.sessionId)
                    .put((byte) (decision.accepted ? ACCEPTED : REFUSED))
                    .putInt(decision.offerEnergyWh)
                    .putShort((short) decision.offerDepartureStep)
                    .putInt(decision.offerPowerW);
        }
        buffer.putShort((short) stepCount()).putInt(leastPeakWh).putShort((short) rows.size());
        for (Row row : rows) {
            buffer.putInt(row.chargePoint)
                    .putInt(row.sessionId)
                    .put((byte) (row.joins ? 1 : 0))
                    .putInt(row.shortfallWh)
                    .putShort((short) row.energyWh.length);
            for (int energyWh : row.energyWh) {
                buffer.putInt(energyWh);
            }
        }
        for (int energyWh : aggregateWh) {
            buffer.putInt(energyWh);
        }
        for (long stepPrice : price) {
            buffer.putLong(stepPrice);
        }
        buffer.putShort((short) green.size());
        for (Green share : green) {
            buffer.putInt(share.sessionId).putInt(share.greenWh);
        }
        return frame;
    }

    /**
     * Decodes one plan.
     *
     * @param bytes one encoded plan
     * @throws InvalidInputException if they are not the encoding of exactly one plan
     */
    public static Plan decode(byte[] bytes) {
        return decodeFrame(CanonicalReader.frame(MAGIC, bytes));
    }

    /**
     * Decodes plans.
     *
     * @param bytes one or more encoded plans, back to back
     * @throws InvalidInputException if they are anything else
     */
    public static List<Plan> decodeAll(byte[] bytes) {
        return CanonicalReader.frames(MAGIC, bytes).stream()
                .map(Plan::decodeFrame)
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Plan that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    private static Plan decodeFrame(byte[] frame) {
        CanonicalReader reader = new CanonicalReader(MAGIC, frame);
        int groupId = reader.u32("groupId");
        int timestep = reader.u32("timestep");
        byte[] inputSha256 = reader.bytes("inputSha256", HASH_BYTES);
        List<Decision> decisions = decisions(reader);
        int steps = Limits.inRange("stepCount", reader.u16("stepCount"), 1, Limits.STEPS);
        int leastPeakWh = reader.i32("leastPeakWh");
        List<Row> rows = rows(reader);
        int[] aggregateWh = reader.u32s("aggregateWh", steps);
        long[] price = new long[steps];
        for (int t = 0; t < steps; t++) {
            price[t] = reader.i64("price");
        }
        int greenCount = reader.u16("greenCount");
        List<Green> green = new ArrayList<>();
        for (int i = 0; i < greenCount; i++) {
            green.add(new Green(reader.u32("sessionId of green energy"), reader.u32("greenWh")));
        }
        reader.end();
        return new Plan(groupId, timestep, inputSha256, decisions, leastPeakWh, rows, aggregateWh, price, green);
    }

    private static List<Decision> decisions(CanonicalReader reader) {
        int count = reader.u16("decisionCount");
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int sessionId = reader.u32("sessionId of a decision");
            int verdict = Limits.inRange("verdict", reader.u8("verdict"), ACCEPTED, REFUSED);
            decisions.add(new Decision(
                    sessionId,
                    verdict == ACCEPTED,
                    reader.u32("offerEnergyWh"),
                    reader.u16("offerDepartureStep"),
                    reader.u32("offerPowerW")));
        }
        return decisions;
    }

    private static List<Row> rows(CanonicalReader reader) {
        int count = reader.u16("rowCount");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int chargePoint = reader.u32("chargePoint of a row");
            int sessionId = reader.u32("sessionId of a row");
            boolean joins = Limits.inRange("flags of a row", reader.u8("flags of a row"), 0, 1) == 1;
            int shortfallWh = reader.u32("shortfallWh");
            rows.add(new Row(
                    chargePoint, sessionId, joins, shortfallWh, reader.u32s("energyWh of a row", reader.u16("n"))));
        }
        return rows;
    }

    private static void ascending(String name, int previous, int next) {
        if (next <= previous) {
            throw new InvalidInputException(
                    name + " is " + next + " after " + previous + ". Sort them strictly ascending.");
        }
    }

    private static int[] notNegative(String name, int[] values) {
        for (int value : values) {
            if (value < 0) {
                Limits.notNegative(name, value);
            }
        }
        return values.clone();
    }
}
