package org.chargeproof.site.phases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chargeproof.site.phases.SafeRoom.Load;
import org.junit.jupiter.api.Test;

class SafeRoomTest {
    private static final List<Phase> PHASES = List.of(Phase.L1, Phase.L2, Phase.L3, Phase.ALL);

    /** Every way to share the room, counted out: none exceeds a phase, and with 1 Wh more one does. */
    @Test
    void isTheMostUnderWhichNoPhaseCanBeExceeded() {
        var random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            int limitWh = random.nextInt(12);
            var loads = new ArrayList<Load>();
            for (int i = 0; i < random.nextInt(5); i++) {
                loads.add(new Load(PHASES.get(random.nextInt(4)), random.nextInt(6)));
            }
            int safeWh = SafeRoom.wh(limitWh, loads);
            int allWh = loads.stream().mapToInt(Load::mostWh).sum();
            int trustedWh = Math.min(safeWh, allWh);
            assertThat(worstThirds(loads, trustedWh)).isLessThanOrEqualTo(3 * limitWh);
            if (safeWh < allWh) {
                assertThat(worstThirds(loads, safeWh + 1)).isGreaterThan(3 * limitWh);
            }
        }
    }

    private static int worstThirds(List<Load> loads, int roomWh) {
        return worst(loads, 0, roomWh, new int[3]);
    }

    private static int worst(List<Load> loads, int place, int leftWh, int[] thirds) {
        if (place == loads.size()) {
            return Math.max(thirds[0], Math.max(thirds[1], thirds[2]));
        }
        int worst = 0;
        var load = loads.get(place);
        for (int wh = 0; wh <= Math.min(leftWh, load.mostWh()); wh++) {
            int[] with = thirds.clone();
            for (int of = 0; of < 3; of++) {
                with[of] += load.phase().thirdsOn(of) * wh;
            }
            worst = Math.max(worst, worst(loads, place + 1, leftWh - wh, with));
        }
        return worst;
    }
}
