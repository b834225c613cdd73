package org.chargeproof.planner;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that the plan of one group depends on. Its only valid encoding is defined in {@code
 * docs/reference/planner-encoding.md}. Sessions and metered sessions are sorted by charge point on construction, so that
 * the order in which they are given does not matter. Arrays are copied on construction and shared on reading: not to be
 * changed.
 *
 * @param groupId the group
 * @param timestep number of the timestep that is step 0 of the plan
 * @param stepsPerHour 1 to 60
 * @param policy in which order energy is taken
 * @param limitWh what the cabinet may carry in each of the T steps, T from 1 to 96; at most 2^26, as the others
 * @param reservedLoadWh what other equipment takes at most, T values
 * @param expectedLoadWh what other equipment is expected to take, T values
 * @param expectedPvWh the PV forecast, T values
 * @param firmPvWh the PV somebody warrants, T values
 * @param sessions at most 4096, of distinct charge points and ids, at most 2^30 Wh in total
 * @param settlement the timestep whose metered energy is attributed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is that of the encoding, see equals
public record GroupInput(
        int groupId,
        int timestep,
        int stepsPerHour,
        Policy policy,
        int[] limitWh,
        int[] reservedLoadWh,
        int[] expectedLoadWh,
        int[] expectedPvWh,
        int[] firmPvWh,
        List<Session> sessions,
        Settlement settlement) {

    /** The version that {@link #encode()} writes and the planner reads. */
    public static final int VERSION = 2;

    private static final String MAGIC = "CPI2";
    private static final String MAGIC_1 = "CPI1";
    private static final int FIXED_BYTES = CanonicalReader.HEADER_BYTES + 4 + 4 + 2 + 1 + 1 + 2 + 2 + 4 + 4 + 4 + 2;
    private static final int BYTES_PER_STEP = 1 + 5 * 4;
    private static final int SESSION_BYTES = 29;
    private static final int SESSION_BYTES_1 = 19;
    private static final int METERED_BYTES = 12;
    private static final int JOINS = 1;
    private static final int ACCEPTED = 2;
    private static final int BEHIND = 4;
    private static final int ALL_FLAGS = JOINS | ACCEPTED | BEHIND;

    /**
     * A car at a charge point, accepted earlier or asking now.
     *
     * @param chargePoint network-wide index of the charge point
     * @param sessionId unique in the input, ascending in the order in which requests reached the ledger
     * @param joins takes part in smart charging; otherwise it gets full power from step 0
     * @param accepted was accepted earlier; otherwise it is a new request
     * @param energyWh still to be delivered, or wanted; 0 to 2^26
     * @param leastEnergyWh the least energy that a request takes when not all of it is possible, 1 to {@code energyWh},
     *     which it is when the request does not join; 0 if it was accepted earlier or asks for nothing
     * @param maxWhPerStep what charge point and car take at most in one step, 1 to 65,534
     * @param minWhPerStep what the car takes in a whole step at its least power other than none, 0 if it has none; at
     *     most {@code maxWhPerStep}
     * @param arrivalStep charges from this step on, 0 to {@code departureStep}; 0 when it does not join
     * @param departureStep charges in steps before this one, 0 to T
     * @param behind took less than it was told before; only if it was accepted earlier. What others were promised comes first
     */
    public record Session(
            int chargePoint,
            int sessionId,
            boolean joins,
            boolean accepted,
            int energyWh,
            int leastEnergyWh,
            int maxWhPerStep,
            int minWhPerStep,
            int arrivalStep,
            int departureStep,
            boolean behind) {

        /** A session that has taken all that it was told, or asks. */
        public Session(
                int chargePoint,
                int sessionId,
                boolean joins,
                boolean accepted,
                int energyWh,
                int leastEnergyWh,
                int maxWhPerStep,
                int minWhPerStep,
                int arrivalStep,
                int departureStep) {
            this(
                    chargePoint,
                    sessionId,
                    joins,
                    accepted,
                    energyWh,
                    leastEnergyWh,
                    maxWhPerStep,
                    minWhPerStep,
                    arrivalStep,
                    departureStep,
                    false);
        }

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public Session {
            Limits.notNegative("chargePoint", chargePoint);
            Limits.notNegative("sessionId", sessionId);
            Limits.inRange("energyWh of session " + sessionId, energyWh, 0, Limits.ENERGY_WH);
            int least = leastEnergy(joins, accepted, energyWh);
            int most = accepted ? 0 : energyWh;
            Limits.inRange("leastEnergyWh of session " + sessionId, leastEnergyWh, least, most);
            Limits.inRange("maxWhPerStep of session " + sessionId, maxWhPerStep, 1, Limits.WH_PER_STEP);
            Limits.inRange("minWhPerStep of session " + sessionId, minWhPerStep, 0, maxWhPerStep);
            Limits.inRange("departureStep of session " + sessionId, departureStep, 0, Limits.STEPS);
            Limits.inRange("arrivalStep of session " + sessionId, arrivalStep, 0, joins ? departureStep : 0);
            if (behind && !(accepted && joins)) {
                throw new InvalidInputException(
                        "session " + sessionId + " is behind, but " + (accepted ? "does not join" : "was not accepted")
                                + ". Only promises to those who join can be.");
            }
        }

        private int flags() {
            return (joins ? JOINS : 0) | (accepted ? ACCEPTED : 0) | (behind ? BEHIND : 0);
        }

        private static int leastEnergy(boolean joins, boolean accepted, int energyWh) {
            if (accepted) {
                return 0;
            }
            return joins ? Math.min(1, energyWh) : energyWh;
        }

        /** Returns the most energy in Wh that the session can take from its arrival to its departure. */
        int mostWh() {
            return maxWhPerStep * (departureStep - arrivalStep);
        }
    }

    /**
     * The timestep whose metered energy is attributed.
     *
     * @param timestep its number, 0 for none
     * @param measuredLoadWh other equipment in that timestep
     * @param measuredPvWh PV in that timestep
     * @param sessions metered sessions, at most 4096, of distinct charge points
     */
    public record Settlement(int timestep, int measuredLoadWh, int measuredPvWh, List<MeteredSession> sessions) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range, or set although the timestep is 0
         */
        public Settlement {
            Limits.notNegative("settledTimestep", timestep);
            Limits.notNegative("measuredLoadWh", measuredLoadWh);
            Limits.notNegative("measuredPvWh", measuredPvWh);
            Limits.inRange("number of metered sessions", sessions.size(), 0, Limits.SESSIONS);
            sessions = sessions.stream()
                    .sorted(Comparator.comparingInt(MeteredSession::chargePoint))
                    .toList();
            for (int i = 1; i < sessions.size(); i++) {
                if (sessions.get(i).chargePoint() == sessions.get(i - 1).chargePoint()) {
                    throw new InvalidInputException(
                            "charge point " + sessions.get(i).chargePoint()
                                    + " is metered twice. Add its energies up, or keep the session that holds it.");
                }
            }
            if (timestep == 0 && (measuredLoadWh != 0 || measuredPvWh != 0 || !sessions.isEmpty())) {
                throw new InvalidInputException("settledTimestep is 0, that is none, but load " + measuredLoadWh
                        + " Wh, PV " + measuredPvWh + " Wh and " + sessions.size()
                        + " metered sessions are given. Name the timestep or leave them out.");
            }
        }

        /** Returns no settlement. */
        public static Settlement none() {
            return new Settlement(0, 0, 0, List.of());
        }
    }

    /**
     * What a session took in the settled timestep.
     *
     * @param chargePoint network-wide index of the charge point
     * @param sessionId the session
     * @param energyWh metered, 0 to 65,534
     */
    public record MeteredSession(int chargePoint, int sessionId, int energyWh) {

        /**
         * Checks ranges.
         *
         * @throws InvalidInputException if a value is out of its range
         */
        public MeteredSession {
            Limits.notNegative("metered chargePoint", chargePoint);
            Limits.notNegative("metered sessionId", sessionId);
            Limits.inRange("metered energyWh of session " + sessionId, energyWh, 0, Limits.WH_PER_STEP);
        }
    }

    /**
     * Checks ranges.
     *
     * @throws InvalidInputException if a value is out of its range, lengths differ, or ids or charge points repeat
     */
    public GroupInput {
        Limits.notNegative("groupId", groupId);
        Limits.notNegative("timestep", timestep);
        Limits.inRange("stepsPerHour", stepsPerHour, 1, Limits.STEPS_PER_HOUR);
        int steps = Limits.inRange("stepCount", limitWh.length, 1, Limits.STEPS);
        if (policy.kind() == Policy.Kind.GREEN_BANDS) {
            Limits.inRange("number of step classes", policy.stepClass().length, steps, steps);
        }
        limitWh = series("limitWh", limitWh, steps);
        reservedLoadWh = series("reservedLoadWh", reservedLoadWh, steps);
        expectedLoadWh = series("expectedLoadWh", expectedLoadWh, steps);
        expectedPvWh = series("expectedPvWh", expectedPvWh, steps);
        firmPvWh = series("firmPvWh", firmPvWh, steps);
        sessions = checked(sessions, steps, stepsPerHour);
    }

    /** Returns T, the number of steps. */
    public int stepCount() {
        return limitWh.length;
    }

    /** Returns the only valid encoding of this input in the present version. */
    public byte[] encode() {
        return encode(VERSION);
    }

    /**
     * Returns the only valid encoding of this input in a version.
     *
     * @param version 1 or 2; in version 1 the least energies of requests are left out
     * @throws InvalidInputException if the version is another one, or cannot say what the input does
     */
    public byte[] encode(int version) {
        boolean first = Limits.inRange("version of an input", version, 1, VERSION) == 1;
        if (first) {
            expectVersion1();
        }
        int steps = stepCount();
        int length = FIXED_BYTES
                + BYTES_PER_STEP * steps
                + (first ? SESSION_BYTES_1 : SESSION_BYTES) * sessions.size()
                + METERED_BYTES * settlement.sessions().size();
        byte[] frame = new byte[length];
        ByteBuffer buffer = CanonicalReader.write(first ? MAGIC_1 : MAGIC, frame)
                .putInt(groupId)
                .putInt(timestep)
                .putShort((short) steps)
                .put((byte) stepsPerHour)
                .put((byte) policy.kind().code())
                .putShort((short) policy.percent());
        buffer.put(policy.kind() == Policy.Kind.GREEN_BANDS ? policy.stepClass() : new byte[steps]);
        for (int t = 0; t < steps; t++) {
            buffer.putInt(limitWh[t])
                    .putInt(reservedLoadWh[t])
                    .putInt(expectedLoadWh[t])
                    .putInt(expectedPvWh[t])
                    .putInt(firmPvWh[t]);
        }
        buffer.putShort((short) sessions.size());
        for (Session session : sessions) {
            buffer.putInt(session.chargePoint)
                    .putInt(session.sessionId)
                    .put((byte) (session.flags() & (first ? JOINS | ACCEPTED : ALL_FLAGS)))
                    .putInt(session.energyWh);
            if (first) {
                buffer.putInt(session.maxWhPerStep);
            } else {
                buffer.putInt(session.leastEnergyWh)
                        .putInt(session.maxWhPerStep)
                        .putInt(session.minWhPerStep)
                        .putShort((short) session.arrivalStep);
            }
            buffer.putShort((short) session.departureStep);
        }
        buffer.putInt(settlement.timestep)
                .putInt(settlement.measuredLoadWh)
                .putInt(settlement.measuredPvWh)
                .putShort((short) settlement.sessions().size());
        for (MeteredSession session : settlement.sessions) {
            buffer.putInt(session.chargePoint).putInt(session.sessionId).putInt(session.energyWh);
        }
        return frame;
    }

    private void expectVersion1() {
        Limits.inRange("policyKind of an input of version 1", policy.kind().code(), 0, Policy.Kind.GREEN_BANDS.code());
        for (Session session : sessions) {
            String ofSession = " of session " + session.sessionId + " in an input of version 1";
            Limits.inRange("minWhPerStep" + ofSession, session.minWhPerStep, 0, 0);
            Limits.inRange("arrivalStep" + ofSession, session.arrivalStep, 0, 0);
        }
    }

    /** Returns 1 for bytes that start as an input of version 1 does, 2 for all others. */
    public static int versionOf(byte[] bytes) {
        return CanonicalReader.startsWith(MAGIC_1, bytes) ? 1 : VERSION;
    }

    /**
     * Decodes one input, of either version. Requests of version 1 take all of their energy or nothing.
     *
     * @param bytes one encoded input
     * @throws InvalidInputException if they are not the encoding of exactly one input
     */
    public static GroupInput decode(byte[] bytes) {
        String magic = CanonicalReader.startsWith(MAGIC_1, bytes) ? MAGIC_1 : MAGIC;
        return decodeFrame(magic, CanonicalReader.frame(magic, bytes));
    }

    /**
     * Decodes what the planner reads: inputs of the present version.
     *
     * @param bytes one or more encoded inputs, back to back
     * @throws InvalidInputException if they are anything else
     */
    public static List<GroupInput> decodeAll(byte[] bytes) {
        return CanonicalReader.frames(MAGIC, bytes).stream()
                .map(frame -> decodeFrame(MAGIC, frame))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupInput that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    private static GroupInput decodeFrame(String magic, byte[] frame) {
        boolean first = magic.equals(MAGIC_1);
        CanonicalReader reader = new CanonicalReader(magic, frame);
        int groupId = reader.u32("groupId");
        int timestep = reader.u32("timestep");
        int steps = Limits.inRange("stepCount", reader.u16("stepCount"), 1, Limits.STEPS);
        int stepsPerHour = reader.u8("stepsPerHour");
        Policy policy = policy(reader, steps, first);
        int[][] series = new int[5][steps];
        for (int t = 0; t < steps; t++) {
            for (int[] values : series) {
                values[t] = reader.u32("series at step " + t);
            }
        }
        List<Session> sessions = sessions(reader, first);
        Settlement settlement = settlement(reader);
        reader.end();
        return new GroupInput(
                groupId,
                timestep,
                stepsPerHour,
                policy,
                series[0],
                series[1],
                series[2],
                series[3],
                series[4],
                sessions,
                settlement);
    }

    private static Policy policy(CanonicalReader reader, int steps, boolean first) {
        int code = reader.u8("policyKind");
        if (first) {
            Limits.inRange("policyKind of an input of version 1", code, 0, Policy.Kind.GREEN_BANDS.code());
        }
        Policy.Kind kind = Policy.Kind.ofCode(code);
        int percent = reader.u16("policyPercent");
        byte[] classes = reader.bytes("stepClass", steps);
        if (kind == Policy.Kind.GREEN_BANDS) {
            return new Policy(kind, percent, classes);
        }
        for (int t = 0; t < steps; t++) {
            Limits.inRange("stepClass at step " + t + " of " + kind, classes[t] & 0xff, 0, 0);
        }
        return new Policy(kind, percent, new byte[0]);
    }

    private static List<Session> sessions(CanonicalReader reader, boolean first) {
        int count = reader.count("sessionCount", Limits.SESSIONS, first ? SESSION_BYTES_1 : SESSION_BYTES);
        List<Session> sessions = new ArrayList<>(count);
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int chargePoint = ascending("sessions", previous, reader.u32("chargePoint"));
            int sessionId = reader.u32("sessionId");
            int mostFlags = first ? JOINS | ACCEPTED : ALL_FLAGS;
            int flags = Limits.inRange("flags of session " + sessionId, reader.u8("flags"), 0, mostFlags);
            boolean accepted = (flags & ACCEPTED) != 0;
            int energyWh = reader.u32("energyWh");
            int leastEnergyWh = accepted ? 0 : energyWh;
            if (!first) {
                leastEnergyWh = reader.u32("leastEnergyWh");
            }
            sessions.add(new Session(
                    chargePoint,
                    sessionId,
                    (flags & JOINS) != 0,
                    accepted,
                    energyWh,
                    leastEnergyWh,
                    reader.u32("maxWhPerStep"),
                    first ? 0 : reader.u32("minWhPerStep"),
                    first ? 0 : reader.u16("arrivalStep"),
                    reader.u16("departureStep"),
                    (flags & BEHIND) != 0));
            previous = chargePoint;
        }
        return sessions;
    }

    private static Settlement settlement(CanonicalReader reader) {
        int timestep = reader.u32("settledTimestep");
        int loadWh = reader.u32("measuredLoadWh");
        int pvWh = reader.u32("measuredPvWh");
        int count = reader.count("meteredCount", Limits.SESSIONS, METERED_BYTES);
        List<MeteredSession> metered = new ArrayList<>(count);
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int chargePoint = ascending("metered sessions", previous, reader.u32("metered chargePoint"));
            metered.add(
                    new MeteredSession(chargePoint, reader.u32("metered sessionId"), reader.u32("metered energyWh")));
            previous = chargePoint;
        }
        return new Settlement(timestep, loadWh, pvWh, metered);
    }

    private static int ascending(String what, int previous, int chargePoint) {
        if (chargePoint <= previous) {
            throw new InvalidInputException(what + " are unsorted: charge point " + chargePoint + " follows " + previous
                    + ". Sort them strictly ascending by charge point.");
        }
        return chargePoint;
    }

    private static int[] series(String name, int[] values, int steps) {
        if (values.length != steps) {
            throw new InvalidInputException(name + " has " + values.length + " values, limitWh has " + steps
                    + ". Give one value for each step.");
        }
        for (int t = 0; t < steps; t++) {
            if (values[t] < 0 || values[t] > Limits.ENERGY_WH) {
                Limits.inRange(name + " at step " + t, values[t], 0, Limits.ENERGY_WH);
            }
        }
        return values.clone();
    }

    private static List<Session> checked(List<Session> given, int steps, int stepsPerHour) {
        Limits.inRange("number of sessions", given.size(), 0, Limits.SESSIONS);
        List<Session> sessions = given.stream()
                .sorted(Comparator.comparingInt(Session::chargePoint))
                .toList();
        int[] ids = sessions.stream().mapToInt(Session::sessionId).sorted().toArray();
        long totalWh = 0;
        for (int i = 0; i < ids.length; i++) {
            Session session = sessions.get(i);
            if (session.departureStep > steps) {
                Limits.inRange("departureStep of session " + session.sessionId, session.departureStep, 0, steps);
            }
            if (session.minWhPerStep > 0 && Limits.SECONDS_PER_HOUR % stepsPerHour != 0) {
                throw new InvalidInputException("minWhPerStep of session " + session.sessionId + " is "
                        + session.minWhPerStep + ", but with " + stepsPerHour
                        + " steps per hour a step is no whole number of seconds, which a least power needs."
                        + " Choose stepsPerHour that divides 3600, or set minWhPerStep to 0.");
            }
            if (i > 0 && session.chargePoint == sessions.get(i - 1).chargePoint) {
                throw new InvalidInputException(
                        "charge point " + session.chargePoint + " has two sessions. Keep the one that holds it.");
            }
            if (i > 0 && ids[i] == ids[i - 1]) {
                throw new InvalidInputException("sessionId " + ids[i] + " occurs twice. Give each session its own id.");
            }
            totalWh += session.energyWh;
        }
        if (totalWh > Limits.TOTAL_ENERGY_WH) {
            throw new InvalidInputException("the sessions want " + totalWh + " Wh in total, allowed is "
                    + Limits.TOTAL_ENERGY_WH + ". Split the group.");
        }
        return sessions;
    }
}
