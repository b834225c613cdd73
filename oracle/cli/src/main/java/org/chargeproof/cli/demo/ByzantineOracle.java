package org.chargeproof.cli.demo;

import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.MutableBytes;
import org.chargeproof.oracle.Instrumentation;
import org.chargeproof.oracle.OracleCommand;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.plan.TimestepPlan;

/**
 * An oracle that lies: it posts and attests full power for everybody, and bills of twice what is owed. All of its kind tell the same lie, so that they stand by
 * each other as well as they can.
 */
public final class ByzantineOracle {
    private static final int WH_OF_22_KW = 5_520;
    private static final int MORE_TOKENS = 1_000_000;

    private ByzantineOracle() {}

    /** Takes the options of {@code chargeproof oracle}. */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(OracleCommand.run(
                OracleCommand.config(arguments),
                new Instrumentation(ByzantineOracle::lie, ByzantineOracle::lie, (phase, timestep) -> {})));
    }

    private static TimestepPlan lie(TimestepPlan plan) {
        var fullPower = new int[plan.layout().chargePointCount()];
        Arrays.fill(fullPower, WH_OF_22_KW);
        Bytes setpoints = Setpoints.pack(fullPower);
        return new TimestepPlan(plan.commitment(), plan.layout(), plan.groups(), setpoints, plan.decisions());
    }

    private static Settlement lie(Settlement settlement) {
        var sums = MutableBytes.of(settlement.sums().toArray());
        for (int at = Short.BYTES; at < sums.size(); at += Settlement.SUM_BYTES) {
            sums.setLong(at, 2 * sums.getLong(at));
        }
        return new Settlement(
                settlement.timestep(),
                settlement.snapshotBlock(),
                settlement.valuation(),
                settlement.bills(),
                sums,
                settlement.tokens() + MORE_TOKENS);
    }
}
