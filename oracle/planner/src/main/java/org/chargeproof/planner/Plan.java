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

    private static final int VERSION = 2;
    private static final String MAGIC = "CPP2";
    private static final String MAGIC_1 = "CPP1";
    private static final int HASH_BYTES = 32;
    private static final int FIXED_BYTES = CanonicalReader.HEADER_BYTES + 4 + 4 + HASH_BYTES + 2 + 2 + 4 + 2 + 2;
    private static final int BYTES_PER_STEP = 4 + 8;
    private static final int DECISION_BYTES = 15;
    private static final int ROW_BYTES = 16;
    private static final int ROW_BYTES_1 = 15;
    private static final int INTERVAL_BYTES = 8;
    private static final int MOST_INTERVALS = 2;
    private static final int GREEN_BYTES = 8;
    private static final int ACCEPTED = 1;
    private static final int REFUSED = 2;

    /**
     * The answer to a new request.
     *
     * @param sessionId the session that asked
     * @param accepted whether it gets energy, all that it asked for or at least the least that it takes
     * @param energyWh accepted: the energy that is promised, 0 in a plan of version 1, where it is always all; refused:
     *     the most of its energy that it can have by its departure if it joins
     * @param laterDepartureStep refused: the least later departure by which it can have all of its energy if it joins,
     *     0 if there is none; accepted: 0
     * @param powerW refused: constant power that is free during the next hour; accepted: 0
     */
    public record Decision(int sessionId, boolean accepted, int energyWh, int laterDepartureStep, int powerW) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Decision {
            Limits.notNegative("sessionId of a decision", sessionId);
            Limits.notNegative("energyWh of a decision", energyWh);
            Limits.inRange("laterDepartureStep", laterDepartureStep, 0, Limits.STEPS);
            Limits.notNegative("powerW of a decision", powerW);
        }
    }

    /**
     * Part of step 0 in which a session charges.
     *
     * @param fromSecond first second, 0 to 3,599
     * @param toSecond the second after the last, at most 3,600
     * @param powerW constant power, more than 0
     */
    public record Interval(int fromSecond, int toSecond, int powerW) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Interval {
            Limits.inRange("fromSecond", fromSecond, 0, Limits.SECONDS_PER_HOUR - 1);
            Limits.inRange("toSecond", toSecond, fromSecond + 1, Limits.SECONDS_PER_HOUR);
            Limits.inRange("powerW of an interval", powerW, 1, Integer.MAX_VALUE);
        }
    }

    /**
     * What one session gets.
     *
     * @param chargePoint network-wide index of the charge point
     * @param sessionId the session
     * @param joins takes part in smart charging
     * @param shortfallWh what of its energy cannot be delivered any more
     * @param energyWh for each step before its departure, 0 before its arrival
     * @param intervals when it charges in step 0, at most 2, ascending with time between them; none if it takes the energy
     *     of step 0 at constant power
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by value, see equals
    public record Row(
            int chargePoint, int sessionId, boolean joins, int shortfallWh, int[] energyWh, List<Interval> intervals) {

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
            intervals = List.copyOf(intervals);
            Limits.inRange("number of intervals of session " + sessionId, intervals.size(), 0, MOST_INTERVALS);
            if (intervals.size() == MOST_INTERVALS) {
                ascending(
                        "fromSecond of the second interval of session " + sessionId,
                        intervals.getFirst().toSecond,
                        intervals.getLast().fromSecond);
            }
        }

        /**
         * A row with constant power in step 0.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Row(int chargePoint, int sessionId, boolean joins, int shortfallWh, int[] energyWh) {
            this(chargePoint, sessionId, joins, shortfallWh, energyWh, List.of());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Row that
                    && chargePoint == that.chargePoint
                    && sessionId == that.sessionId
                    && joins == that.joins
                    && shortfallWh == that.shortfallWh
                    && Arrays.equals(energyWh, that.energyWh)
                    && intervals.equals(that.intervals);
        }

        @Override
        public int hashCode() {
            return 31 * sessionId + Arrays.hashCode(energyWh);
        }

        @Override
        public String toString() {
            return "Row[chargePoint=" + chargePoint + ", sessionId=" + sessionId + ", joins=" + joins + ", shortfallWh="
                    + shortfallWh + ", energyWh=" + Arrays.toString(energyWh) + ", intervals=" + intervals + "]";
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

    /** Returns the plan, encoded in the present version. */
    public byte[] encode() {
        return encode(VERSION);
    }

    /**
     * Returns the plan, encoded in a version.
     *
     * @param version 1 or 2; in version 1 the energies of accepted requests are left out
     * @throws InvalidInputException if the version is another one, or cannot say what the plan does
     */
    public byte[] encode(int version) {
        boolean first = Limits.inRange("version of a plan", version, 1, VERSION) == 1;
        int length = FIXED_BYTES
                + DECISION_BYTES * decisions.size()
                + (first ? ROW_BYTES_1 : ROW_BYTES) * rows.size()
                + BYTES_PER_STEP * stepCount()
                + GREEN_BYTES * green.size();
        for (Row row : rows) {
            length += 4 * row.energyWh.length + INTERVAL_BYTES * row.intervals.size();
            if (first) {
                String name = "number of intervals of session " + row.sessionId + " in a plan of version 1";
                Limits.inRange(name, row.intervals.size(), 0, 0);
            }
        }
        byte[] frame = new byte[length];
        ByteBuffer buffer = CanonicalReader.write(first ? MAGIC_1 : MAGIC, frame)
                .putInt(groupId)
                .putInt(timestep)
                .put(inputSha256)
                .putShort((short) decisions.size());
        for (Decision decision : decisions) {
            buffer.putInt(decision.sessionId)
                    .put((byte) (decision.accepted ? ACCEPTED : REFUSED))
                    .putInt(first && decision.accepted ? 0 : decision.energyWh)
                    .putShort((short) decision.laterDepartureStep)
                    .putInt(decision.powerW);
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
            if (!first) {
                buffer.put((byte) row.intervals.size());
                for (Interval interval : row.intervals) {
                    buffer.putShort((short) interval.fromSecond)
                            .putShort((short) interval.toSecond)
                            .putInt(interval.powerW);
                }
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
     * Decodes one plan, of either version.
     *
     * @param bytes one encoded plan
     * @throws InvalidInputException if they are not the encoding of exactly one plan
     */
    public static Plan decode(byte[] bytes) {
        String magic = magic(bytes);
        return decodeFrame(magic, CanonicalReader.frame(magic, bytes));
    }

    /**
     * Decodes plans, all of one version.
     *
     * @param bytes one or more encoded plans, back to back
     * @throws InvalidInputException if they are anything else
     */
    public static List<Plan> decodeAll(byte[] bytes) {
        String magic = magic(bytes);
        return CanonicalReader.frames(magic, bytes).stream()
                .map(frame -> decodeFrame(magic, frame))
                .toList();
    }

    private static String magic(byte[] bytes) {
        return CanonicalReader.startsWith(MAGIC_1, bytes) ? MAGIC_1 : MAGIC;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Plan that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    private static Plan decodeFrame(String magic, byte[] frame) {
        CanonicalReader reader = new CanonicalReader(magic, frame);
        int groupId = reader.u32("groupId");
        int timestep = reader.u32("timestep");
        byte[] inputSha256 = reader.bytes("inputSha256", HASH_BYTES);
        List<Decision> decisions = decisions(reader, magic.equals(MAGIC_1));
        int steps = Limits.inRange("stepCount", reader.u16("stepCount"), 1, Limits.STEPS);
        int leastPeakWh = reader.i32("leastPeakWh");
        List<Row> rows = rows(reader, magic.equals(MAGIC_1));
        int[] aggregateWh = reader.u32s("aggregateWh", steps);
        long[] price = new long[steps];
        for (int t = 0; t < steps; t++) {
            price[t] = reader.i64("price");
        }
        int greenCount = reader.count("greenCount", Limits.SESSIONS, GREEN_BYTES);
        List<Green> green = new ArrayList<>(greenCount);
        for (int i = 0; i < greenCount; i++) {
            green.add(new Green(reader.u32("sessionId of green energy"), reader.u32("greenWh")));
        }
        reader.end();
        return new Plan(groupId, timestep, inputSha256, decisions, leastPeakWh, rows, aggregateWh, price, green);
    }

    private static List<Decision> decisions(CanonicalReader reader, boolean first) {
        int count = reader.count("decisionCount", Limits.SESSIONS, DECISION_BYTES);
        List<Decision> decisions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int sessionId = reader.u32("sessionId of a decision");
            boolean accepted = Limits.inRange("verdict", reader.u8("verdict"), ACCEPTED, REFUSED) == ACCEPTED;
            int energyWh = reader.u32("energyWh of a decision");
            if (first && accepted) {
                Limits.inRange("energyWh of an accepted request in a plan of version 1", energyWh, 0, 0);
            }
            decisions.add(new Decision(
                    sessionId,
                    accepted,
                    energyWh,
                    reader.u16("laterDepartureStep"),
                    reader.u32("powerW of a decision")));
        }
        return decisions;
    }

    private static List<Row> rows(CanonicalReader reader, boolean first) {
        int count = reader.count("rowCount", Limits.SESSIONS, ROW_BYTES_1);
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int chargePoint = reader.u32("chargePoint of a row");
            int sessionId = reader.u32("sessionId of a row");
            boolean joins = Limits.inRange("flags of a row", reader.u8("flags of a row"), 0, 1) == 1;
            int shortfallWh = reader.u32("shortfallWh");
            int[] energyWh = reader.u32s("energyWh of a row", reader.count("n", Limits.STEPS, 4));
            List<Interval> intervals = first ? List.of() : intervals(reader);
            rows.add(new Row(chargePoint, sessionId, joins, shortfallWh, energyWh, intervals));
        }
        return rows;
    }

    private static List<Interval> intervals(CanonicalReader reader) {
        int count = Limits.inRange("intervalCount", reader.u8("intervalCount"), 0, MOST_INTERVALS);
        List<Interval> intervals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            intervals.add(new Interval(
                    reader.u16("fromSecond"), reader.u16("toSecond"), reader.u32("powerW of an interval")));
        }
        return intervals;
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
