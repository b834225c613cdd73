package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.planner.GroupInput.MeteredSession;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs and plans as bytes, so that somebody else's planner can be held against ours. They are written only by {@code
 * mvn test -Dtest=GoldenTest -Dgolden.write=true}, on purpose: a changed plan is a new algorithm.
 */
class GoldenTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "golden");

    private static final GroupInput RESERVATION = input(
            10,
            Policy.earliestToPeak(200),
            new int[][] {{10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}},
            new Session(1, 1, true, true, 12, 0, 8, 0, 2, 4),
            new Session(2, 2, true, false, 18, 5, 8, 0, 1, 4));

    @ParameterizedTest
    @MethodSource("names")
    void planIsTheGoldenOne(String name) throws IOException {
        GroupInput input = input(name);
        assertThat(input.encode()).isEqualTo(read(name + ".input.hex"));
        assertThat(Algorithm.run(input.encode())).isEqualTo(read(name + ".plan.hex"));
        assertThat(Reference.plan(input).encode()).isEqualTo(read(name + ".plan.hex"));
    }

    /** What version 1 could say, version 2 says, and its bytes can still be read and written. */
    @ParameterizedTest
    @MethodSource("namesOfVersion1")
    void version1StaysReadable(String name) throws IOException {
        byte[] bytes = read("v1/" + name + ".input.hex");
        GroupInput input = GroupInput.decode(bytes);
        assertThat(input).isEqualTo(input(name));
        assertThat(input.encode(1)).isEqualTo(bytes);
        byte[] planBytes = read("v1/" + name + ".plan.hex");
        Plan plan = Plan.decode(planBytes);
        assertThat(plan.inputSha256()).isEqualTo(Planner.sha256(bytes));
        assertThat(plan.encode(1)).isEqualTo(planBytes);
        assertThat(Plan.decodeAll(planBytes)).containsExactly(plan);
    }

    /** Without anything that is new, the plan is what it was. */
    @ParameterizedTest
    @MethodSource("namesOfVersion1")
    void plansOfVersion1StayTheSame(String name) throws IOException {
        byte[] expected = read("v1/" + name + ".plan.hex");
        Plan plan = new Planner().plan(input(name));
        Plan old = new Plan(
                plan.groupId(),
                plan.timestep(),
                Plan.decode(expected).inputSha256(),
                plan.decisions(),
                plan.leastPeakWh(),
                plan.rows(),
                plan.aggregateWh(),
                plan.price(),
                plan.green());
        assertThat(old.encode(1)).isEqualTo(expected);
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = "true")
    void write() throws IOException {
        Files.createDirectories(RESOURCES);
        for (Map.Entry<String, GroupInput> entry : inputs().entrySet()) {
            GroupInput input = entry.getValue();
            Files.writeString(RESOURCES.resolve(entry.getKey() + ".input.hex"), GoldenDump.of(input));
        }
        for (String name : names()) {
            Plan plan = new Planner().plan(input(name));
            Files.writeString(RESOURCES.resolve(name + ".plan.hex"), GoldenDump.of(plan));
        }
    }

    static List<String> names() {
        return List.copyOf(inputs().keySet());
    }

    static List<String> namesOfVersion1() {
        return names().stream().filter(name -> name.compareTo("8") < 0).toList();
    }

    private static GroupInput input(String name) {
        return inputs().getOrDefault(name, input(0, Policy.flat(), new int[1][5]));
    }

    private static byte[] read(String file) throws IOException {
        StringBuilder hex = new StringBuilder();
        for (String line : Files.readAllLines(RESOURCES.resolve(file))) {
            int comment = line.indexOf('#');
            hex.append((comment < 0 ? line : line.substring(0, comment)).replace(" ", ""));
        }
        return HexFormat.of().parseHex(hex);
    }

    private static Map<String, GroupInput> inputs() {
        Map<String, GroupInput> inputs = new TreeMap<>();
        inputs.put("1-no-sessions", input(1, Policy.flat(), new int[][] {{100, 0, 10, 0, 0}, {100, 0, 20, 30, 0}}));
        inputs.put(
                "2-flat",
                input(
                        2,
                        Policy.flat(),
                        new int[][] {{20, 2, 3, 0, 0}, {20, 2, 0, 5, 0}, {6, 2, 0, 9, 1}, {20, 2, 1, 0, 0}},
                        new Session(11, 101, true, true, 17, 0, 8, 0, 0, 4),
                        new Session(12, 102, true, true, 9, 0, 5, 0, 0, 2),
                        new Session(15, 103, true, true, 4, 0, 3, 0, 0, 2)));
        inputs.put(
                "3-earliest-to-peak",
                input(
                        3,
                        Policy.earliestToPeak(150),
                        new int[][] {{30, 0, 2, 0, 0}, {30, 0, 2, 0, 0}, {30, 0, 8, 0, 0}, {30, 0, 2, 4, 0}},
                        new Session(1, 7, true, true, 20, 0, 12, 0, 0, 4),
                        new Session(2, 5, true, false, 10, 10, 10, 0, 0, 3),
                        new Session(3, 6, false, true, 5, 0, 4, 0, 0, 4)));
        inputs.put(
                "4-green-bands",
                input(
                        4,
                        Policy.greenBands(50, new byte[] {2, 0, (byte) 200, 1}),
                        new int[][] {{20, 0, 1, 5, 0}, {20, 0, 1, 0, 0}, {20, 0, 1, 0, 0}, {20, 0, 1, 4, 0}},
                        new Session(1, 1, true, true, 18, 0, 9, 0, 0, 4),
                        new Session(2, 2, true, true, 13, 0, 9, 0, 0, 3)));
        inputs.put(
                "5-refusals",
                input(
                        5,
                        Policy.earliestToPeak(200),
                        new int[][] {
                            {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}, {4, 0, 0, 0, 0}
                        },
                        new Session(1, 10, true, true, 18, 0, 9, 0, 0, 2),
                        new Session(2, 20, true, false, 12, 12, 8, 0, 0, 3),
                        new Session(3, 30, false, false, 6, 6, 6, 0, 0, 2),
                        new Session(4, 40, true, false, 0, 0, 5, 0, 0, 2),
                        new Session(5, 50, true, false, 7, 7, 5, 0, 0, 4),
                        new Session(6, 60, false, false, 4, 4, 2, 0, 0, 5)));
        inputs.put(
                "6-broken-promises",
                input(
                        6,
                        Policy.flat(),
                        new int[][] {{6, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {6, 1, 0, 0, 0}},
                        new Session(1, 3, true, true, 9, 0, 6, 0, 0, 3),
                        new Session(2, 2, true, true, 4, 0, 4, 0, 0, 1),
                        new Session(3, 1, false, true, 8, 0, 3, 0, 0, 3),
                        new Session(4, 4, true, true, 5, 0, 4, 0, 0, 0)));
        GroupInput settled = input(7, Policy.flat(), new int[][] {{9, 0, 0, 0, 0}});
        inputs.put(
                "7-green-energy",
                new GroupInput(
                        7,
                        1001,
                        4,
                        settled.policy(),
                        settled.limitWh(),
                        settled.reservedLoadWh(),
                        settled.expectedLoadWh(),
                        settled.expectedPvWh(),
                        settled.firmPvWh(),
                        List.of(),
                        new Settlement(
                                1000,
                                100,
                                300,
                                List.of(
                                        new MeteredSession(4, 44, 170),
                                        new MeteredSession(6, 40, 0),
                                        new MeteredSession(9, 41, 230)))));
        inputs.put(
                "8-partial-acceptance",
                input(
                        8,
                        Policy.earliest(),
                        new int[][] {{10, 0, 0, 0, 0}, {10, 0, 9, 0, 0}, {10, 0, 0, 0, 0}},
                        new Session(1, 10, true, true, 12, 0, 10, 0, 0, 2),
                        new Session(2, 20, true, false, 20, 8, 9, 0, 0, 2),
                        new Session(3, 30, true, false, 20, 11, 10, 0, 0, 3),
                        new Session(4, 40, true, false, 9, 1, 6, 0, 0, 3)));
        inputs.put(
                "9-minimum-current",
                input(
                        9,
                        Policy.flat(),
                        new int[][] {{4_000, 0, 0, 0, 0}, {1_200, 0, 0, 0, 0}},
                        new Session(1, 1, true, true, 250, 0, 2_750, 345, 0, 1),
                        new Session(2, 2, true, true, 250, 0, 2_750, 345, 0, 1),
                        new Session(3, 3, true, true, 900, 0, 2_750, 1_035, 0, 1),
                        new Session(4, 4, true, true, 250, 0, 2_750, 345, 0, 1),
                        new Session(5, 5, false, true, 100, 0, 920, 345, 0, 2),
                        new Session(6, 6, true, false, 900, 900, 2_750, 500, 0, 2),
                        new Session(7, 7, true, false, 600, 600, 2_750, 345, 0, 2)));
        inputs.put("a-reservation", RESERVATION);
        inputs.put(
                "b-whole-circle",
                input(
                        11,
                        Policy.flat(),
                        new int[][] {{4_000, 0, 0, 0, 0}},
                        new Session(1, 1, true, true, 500, 0, 2_760, 1_035, 0, 1),
                        new Session(2, 2, true, true, 1_034, 0, 2_760, 1_035, 0, 1),
                        new Session(3, 3, true, true, 500, 0, 2_760, 1_035, 0, 1)));
        return inputs;
    }

    /** For each step limit, reserved load, expected load, expected PV, firm PV. */
    private static GroupInput input(int groupId, Policy policy, int[][] series, Session... sessions) {
        int steps = series.length;
        int[][] values = new int[5][steps];
        for (int t = 0; t < steps; t++) {
            for (int k = 0; k < 5; k++) {
                values[k][t] = series[t][k];
            }
        }
        return new GroupInput(
                groupId,
                1000 + groupId,
                4,
                policy,
                values[0],
                values[1],
                values[2],
                values[3],
                values[4],
                List.of(sessions),
                Settlement.none());
    }
}
