package org.chargeproof.planner;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Prints one hash over 1,000 plans; run by {@link DeterminismTest} in virtual machines of all kinds. */
public final class DeterminismHash {
    private static final int GROUPS = 1_000;

    private DeterminismHash() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println(hash(inputs(), 1));
    }

    /** Groups of all shapes, some as large as a day with 20 sessions. */
    static List<GroupInput> inputs() {
        List<GroupInput> inputs = new ArrayList<>();
        for (int seed = 0; seed < GROUPS; seed++) {
            Instances.Scale scale = seed % 20 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM;
            inputs.add(Instances.random(seed, scale));
        }
        return inputs;
    }

    /**
     * Hashes the plans of groups.
     *
     * @param solves how often each is planned, in the same workspace; the last plan counts
     */
    static String hash(List<GroupInput> inputs, int solves) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Planner planner = new Planner();
        for (GroupInput input : inputs) {
            for (int n = 1; n < solves; n++) {
                planner.plan(input);
            }
            digest.update(planner.plan(input).encode());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The same groups, with sessions and metered sessions in another order. */
    static List<GroupInput> permuted(List<GroupInput> inputs, long seed) {
        Random random = new Random(seed);
        List<GroupInput> permuted = new ArrayList<>();
        for (GroupInput input : inputs) {
            GroupInput.Settlement settlement = input.settlement();
            permuted.add(new GroupInput(
                    input.groupId(),
                    input.timestep(),
                    input.stepsPerHour(),
                    input.policy(),
                    input.limitWh(),
                    input.reservedLoadWh(),
                    input.expectedLoadWh(),
                    input.expectedPvWh(),
                    input.firmPvWh(),
                    shuffled(input.sessions(), random),
                    new GroupInput.Settlement(
                            settlement.timestep(),
                            settlement.measuredLoadWh(),
                            settlement.measuredPvWh(),
                            shuffled(settlement.sessions(), random))));
        }
        return permuted;
    }

    private static <T> List<T> shuffled(List<T> values, Random random) {
        List<T> shuffled = new ArrayList<>(values);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
