package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.chargeproof.planner.GroupInput.MeteredSession;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.junit.jupiter.api.Test;

class EncodingTest {
    private static final int MOST_ENERGY_WH = 1 << 26;

    @Test
    void decodeReturnsWhatWasEncoded() {
        Planner planner = new Planner();
        for (int seed = 0; seed < 500; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.MEDIUM);
            GroupInput decoded = GroupInput.decode(input.encode());
            assertThat(decoded).isEqualTo(input).hasSameHashCodeAs(input);
            assertThat(decoded.sessions()).isEqualTo(input.sessions());
            assertThat(decoded.settlement()).isEqualTo(input.settlement());
            assertThat(decoded.policy()).isEqualTo(input.policy()).hasSameHashCodeAs(input.policy());
            Plan plan = planner.plan(input);
            assertThat(Plan.decode(plan.encode())).isEqualTo(plan).hasSameHashCodeAs(plan);
            assertThat(Plan.decode(plan.encode()).rows()).isEqualTo(plan.rows());
        }
    }

    /** All that version 1 could say comes back from its bytes; the rest is refused, never dropped silently. */
    @Test
    void version1HoldsWhatItCanSay() {
        int said = 0;
        for (int seed = 0; seed < 500; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.MEDIUM);
            boolean sayable = input.policy().kind() != Policy.Kind.EARLIEST
                    && input.sessions().stream().allMatch(s -> s.minWhPerStep() == 0 && s.arrivalStep() == 0);
            if (!sayable) {
                assertRefused(() -> input.encode(1), "version 1");
                continue;
            }
            said++;
            byte[] bytes = input.encode(1);
            GroupInput decoded = GroupInput.decode(bytes);
            assertThat(decoded.encode(1)).isEqualTo(bytes);
            assertThat(decoded).isEqualTo(with(input, allOrNothing(input.sessions()), input.settlement()));
            assertThatThrownBy(() -> Algorithm.run(bytes))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("expected CPI2");
        }
        assertThat(said).isGreaterThan(100);
        GroupInput reservation = two(new int[] {9, 9}, List.of(new Session(1, 7, true, true, 5, 0, 9, 0, 1, 2)));
        assertThat(GroupInput.decode(reservation.encode())).isEqualTo(reservation);
        assertRefused(() -> reservation.encode(1), "arrivalStep of session 7 in an input of version 1 is 1");
        assertRefused(() -> reservation.encode(3), "version of an input is 3, allowed is 1 to 2");
    }

    private static List<Session> allOrNothing(List<Session> sessions) {
        return sessions.stream()
                .map(s -> new Session(
                        s.chargePoint(),
                        s.sessionId(),
                        s.joins(),
                        s.accepted(),
                        s.energyWh(),
                        s.accepted() ? 0 : s.energyWh(),
                        s.maxWhPerStep(),
                        0,
                        0,
                        s.departureStep()))
                .toList();
    }

    @Test
    void orderOfConstructionDoesNotMatter() {
        for (int seed = 0; seed < 500; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.MEDIUM);
            Seeded random = new Seeded(seed);
            List<Session> sessions = shuffled(input.sessions(), random);
            Settlement old = input.settlement();
            Settlement settlement = new Settlement(
                    old.timestep(), old.measuredLoadWh(), old.measuredPvWh(), shuffled(old.sessions(), random));
            GroupInput other = with(input, sessions, settlement);
            assertThat(other.encode()).isEqualTo(input.encode());
            assertThat(new Planner().plan(other).encode())
                    .isEqualTo(new Planner().plan(input).encode());
        }
    }

    @Test
    void earlierPlansDoNotMatter() {
        Planner used = new Planner();
        for (int seed = 0; seed < 500; seed++) {
            GroupInput input = Instances.random(seed, seed % 2 == 0 ? Instances.Scale.LARGE : Instances.Scale.SMALL);
            byte[] fresh = new Planner().plan(input).encode();
            assertThat(used.plan(input).encode()).isEqualTo(fresh);
            assertThat(used.plan(input).encode()).isEqualTo(fresh);
        }
    }

    @Test
    void algorithmIsTheConcatenationOfPlans() {
        ByteArrayOutputStream inputs = new ByteArrayOutputStream();
        List<GroupInput> expected = new ArrayList<>();
        ByteArrayOutputStream plans = new ByteArrayOutputStream();
        for (int seed = 0; seed < 50; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.SMALL);
            expected.add(input);
            inputs.writeBytes(input.encode());
            plans.writeBytes(new Planner().plan(input).encode());
        }
        assertThat(GroupInput.decodeAll(inputs.toByteArray())).isEqualTo(expected);
        byte[] result = Algorithm.run(inputs.toByteArray());
        assertThat(result).isEqualTo(plans.toByteArray());
        assertThat(Plan.decodeAll(result)).hasSize(50);
    }

    @Test
    void arraysAreCopiedOnConstruction() {
        int[] limit = {10, 10};
        GroupInput input = two(limit, List.of());
        byte[] before = input.encode();
        limit[0] = 0;
        assertThat(input.encode()).isEqualTo(before);
    }

    @Test
    void refusesEveryTruncation() {
        for (int seed : new int[] {1, 2, 7}) {
            byte[] bytes = Instances.random(seed, Instances.Scale.SMALL).encode();
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertRefused(cut, ". ");
                // with a length that claims to be right
                if (length >= 8) {
                    ByteBuffer.wrap(cut).putInt(4, length);
                    assertRefused(cut, ". ");
                }
            }
        }
    }

    @Test
    void refusesStrayBytes() {
        byte[] bytes = Instances.random(1, Instances.Scale.SMALL).encode();
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertRefused(longer, "stray");
        ByteBuffer.wrap(longer).putInt(4, longer.length);
        assertRefused(longer, "stray");
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        assertThat(GroupInput.decodeAll(twice)).hasSize(2);
        assertRefused(twice, "decodeAll");
    }

    /** There is one valid encoding: what decodes encodes to the same bytes. */
    @Test
    void changedBytesAreRefusedOrAnotherInput() {
        int refused = 0;
        for (int seed = 0; seed < 60; seed++) {
            byte[] bytes = Instances.random(seed, Instances.Scale.SMALL).encode();
            Seeded random = new Seeded(seed);
            for (int n = 0; n < 200; n++) {
                byte[] other = bytes.clone();
                other[random.below(other.length)] ^= (byte) (1 << random.below(8));
                try {
                    assertThat(GroupInput.decode(other).encode()).isEqualTo(other);
                } catch (InvalidInputException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void changedPlanBytesAreRefusedOrAnotherPlan() {
        for (int seed = 0; seed < 60; seed++) {
            byte[] bytes = new Planner()
                    .plan(Instances.random(seed, Instances.Scale.SMALL))
                    .encode();
            Seeded random = new Seeded(seed);
            for (int n = 0; n < 200; n++) {
                byte[] other = bytes.clone();
                other[random.below(other.length)] ^= (byte) (1 << random.below(8));
                try {
                    assertThat(Plan.decode(other).encode()).isEqualTo(other);
                } catch (InvalidInputException e) {
                    assertThat(e).hasMessageContaining(". ");
                }
            }
        }
    }

    @Test
    void refusesUnsortedBytes() {
        GroupInput input =
                two(new int[] {10, 10}, List.of(session(1, 7, 4, 2), session(2, 8, 4, 2), session(3, 9, 4, 2)));
        byte[] bytes = input.encode();
        int sessions = bytes.length - 14 - 3 * 29;
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, sessions, swapped, sessions + 29, 29);
        System.arraycopy(bytes, sessions + 29, swapped, sessions, 29);
        assertRefused(swapped, "unsorted: charge point 1 follows 2");
        byte[] repeated = bytes.clone();
        System.arraycopy(bytes, sessions, repeated, sessions + 29, 29);
        assertRefused(repeated, "unsorted: charge point 1 follows 1");
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertRefused(() -> two(new int[0], List.of()), "stepCount is 0");
        assertRefused(() -> two(new int[97], List.of()), "stepCount is 97, allowed is 1 to 96");
        assertRefused(
                () -> two(new int[] {0, MOST_ENERGY_WH + 1}, List.of()),
                "limitWh at step 1 is 67108865, allowed is 0 to 67108864");
        assertRefused(() -> two(new int[] {-1}, List.of()), "limitWh at step 0 is -1");
        assertRefused(() -> session(-1, 1, 0, 0), "chargePoint");
        assertRefused(() -> session(1, -1, 0, 0), "sessionId");
        assertRefused(() -> session(1, 1, MOST_ENERGY_WH + 1, 0), "energyWh");
        assertRefused(
                () -> new Session(1, 1, true, true, 0, 0, 0, 0, 0, 0), "maxWhPerStep of session 1 is 0, allowed is 1");
        assertRefused(() -> new Session(1, 1, true, true, 0, 0, 65_535, 0, 0, 0), "maxWhPerStep");
        assertRefused(
                () -> new Session(1, 1, true, true, 9, 1, 9, 0, 0, 1),
                "leastEnergyWh of session 1 is 1, allowed is 0 to 0");
        assertRefused(
                () -> new Session(1, 1, true, false, 9, 0, 9, 0, 0, 1),
                "leastEnergyWh of session 1 is 0, allowed is 1 to 9");
        assertRefused(() -> new Session(1, 1, true, false, 9, 10, 9, 0, 0, 1), "leastEnergyWh of session 1 is 10");
        assertRefused(
                () -> new Session(1, 1, false, false, 9, 8, 9, 0, 0, 1),
                "leastEnergyWh of session 1 is 8, allowed is 9 to 9");
        assertRefused(
                () -> new Session(1, 1, true, true, 9, 0, 9, 10, 0, 1),
                "minWhPerStep of session 1 is 10, allowed is 0 to 9");
        assertRefused(
                () -> new Session(1, 1, true, true, 9, 0, 9, 0, 2, 1),
                "arrivalStep of session 1 is 2, allowed is 0 to 1");
        assertRefused(
                () -> new Session(1, 1, false, true, 9, 0, 9, 0, 1, 1),
                "arrivalStep of session 1 is 1, allowed is 0 to 0");
        assertRefused(
                () -> input(7, new int[] {1}, List.of(new Session(1, 1, true, true, 0, 0, 9, 1, 0, 1))),
                "with 7 steps per hour a step is no whole number of seconds");
        assertRefused(() -> two(new int[] {1}, List.of(session(1, 1, 0, 2))), "departureStep of session 1 is 2");
        assertRefused(
                () -> two(new int[] {1}, List.of(session(1, 1, 0, 0), session(1, 2, 0, 0))), "charge point 1 has two");
        assertRefused(
                () -> two(new int[] {1}, List.of(session(1, 1, 0, 0), session(2, 1, 0, 0))),
                "sessionId 1 occurs twice");
        assertRefused(() -> Policy.earliestToPeak(99), "policyPercent of EARLIEST_TO_PEAK is 99");
        assertRefused(() -> Policy.earliestToPeak(1001), "allowed is 100 to 1000");
        assertRefused(() -> Policy.greenBands(101, new byte[1]), "policyPercent of GREEN_BANDS is 101");
        assertRefused(() -> new Policy(Policy.Kind.FLAT, 0, new byte[1]), "step classes");
        assertRefused(() -> new Policy(Policy.Kind.FLAT, 1, new byte[0]), "policyPercent of FLAT is 1");
        assertRefused(() -> new Policy(Policy.Kind.EARLIEST, 1, new byte[0]), "policyPercent of EARLIEST is 1");
        assertRefused(() -> new Plan.Interval(3, 3, 1), "toSecond is 3, allowed is 4 to 3600");
        assertRefused(() -> new Plan.Interval(3, 4, 0), "powerW of an interval is 0");
        assertRefused(
                () -> new Plan.Row(
                        1, 1, true, 0, new int[1], List.of(new Plan.Interval(0, 2, 1), new Plan.Interval(2, 3, 1))),
                "fromSecond of the second interval of session 1 is 2 after 2");
        assertRefused(() -> new Settlement(0, 1, 0, List.of()), "settledTimestep is 0");
        assertRefused(() -> new MeteredSession(1, 1, 65_535), "metered energyWh");
        assertRefused(
                () -> new Settlement(1, 0, 0, List.of(new MeteredSession(1, 1, 1), new MeteredSession(1, 2, 1))),
                "metered twice");
        List<Session> sixteen = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            sixteen.add(session(i, i, MOST_ENERGY_WH, 0));
        }
        assertRefused(() -> two(new int[] {1}, sixteen), "1140850688 Wh in total, allowed is 1073741824");
        assertThat(two(new int[] {1}, sixteen.subList(0, 16)).sessions()).hasSize(16);
    }

    /** A few bytes that claim many: refused by the count, before anything is made for what it counts. */
    @Test
    void refusesCountsThatTheBytesCannotHold() {
        GroupInput input = two(new int[] {9, 9}, List.of());
        byte[] inputBytes = input.encode();
        int sessionCount = 22 + 21 * 2;
        assertRefused(withCount(inputBytes, sessionCount, 4_096), "what sessionCount counts, 118784 bytes needed");
        assertRefused(withCount(inputBytes, sessionCount, 4_097), "sessionCount is 4097");
        int meteredCount = sessionCount + 2 + 12;
        assertRefused(withCount(inputBytes, meteredCount, 4_096), "what meteredCount counts, 49152 bytes needed");
        byte[] planBytes = new Planner().plan(input).encode();
        int rowCount = 48 + 2 + 2 + 4;
        for (int at : new int[] {48, rowCount, planBytes.length - 2}) {
            for (int count : new int[] {4_096, 65_535}) {
                assertThatThrownBy(() -> Plan.decode(withCount(planBytes, at, count)))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(count == 4_096 ? "Count counts, " : "Count is 65535");
            }
        }
    }

    private static byte[] withCount(byte[] bytes, int at, int count) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).putShort(at, (short) count);
        return changed;
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertRefused(() -> GroupInput.decode(bytes), message);
    }

    private static void assertRefused(Runnable construction, String message) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    static Session session(int chargePoint, int sessionId, int energyWh, int departureStep) {
        return new Session(chargePoint, sessionId, true, true, energyWh, 0, 10, 0, 0, departureStep);
    }

    private static GroupInput two(int[] limitWh, List<Session> sessions) {
        return input(4, limitWh, sessions);
    }

    private static GroupInput input(int stepsPerHour, int[] limitWh, List<Session> sessions) {
        int steps = limitWh.length;
        return new GroupInput(
                1,
                2,
                stepsPerHour,
                Policy.flat(),
                limitWh,
                new int[steps],
                new int[steps],
                new int[steps],
                new int[steps],
                sessions,
                Settlement.none());
    }

    private static GroupInput with(GroupInput input, List<Session> sessions, Settlement settlement) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                sessions,
                settlement);
    }

    private static <T> List<T> shuffled(List<T> list, Seeded random) {
        List<T> copy = new ArrayList<>(list);
        for (int i = copy.size() - 1; i > 0; i--) {
            Collections.swap(copy, i, random.below(i + 1));
        }
        return copy;
    }
}
