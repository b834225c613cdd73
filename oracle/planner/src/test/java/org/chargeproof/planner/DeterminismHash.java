package org.chargeproof.planner;

import java.security.MessageDigest;
import java.util.HexFormat;

/** Prints one hash over 1,000 plans; run by {@link DeterminismTest} in virtual machines of all kinds. */
public final class DeterminismHash {
    private static final int GROUPS = 1_000;

    private DeterminismHash() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println(hash());
    }

    static String hash() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Planner planner = new Planner();
        for (int seed = 0; seed < GROUPS; seed++) {
            Instances.Scale scale = seed % 20 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM;
            digest.update(planner.plan(Instances.random(seed, scale)).encode());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
