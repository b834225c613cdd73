package org.chargeproof.cli.demo.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import org.chargeproof.cli.demo.scenario.Scenario.Stay;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    /** A live network goes on with another day: nothing of either is lost, and nobody has to wait for somebody who is yet to come. */
    @Test
    void daysFollowEachOtherAtTheSameChargePoints() {
        var first = GeneratedDay.generate(1, 12, 3, 4, 5);
        var second = GeneratedDay.generate(2, 12, 3, 4, 5);

        var both = first.then(second);

        assertThat(both.steps()).isEqualTo(96);
        assertThat(both.pointCount()).isEqualTo(first.pointCount());
        assertThat(both.stays()).hasSize(first.stays().size() + second.stays().size());
        assertThat(both.stays()).isSortedAccordingTo(Comparator.comparingLong(Stay::askSeconds));
        int point = second.stays().getFirst().point();
        assertThat(both.stays().get(first.stays().size()).point()).isEqualTo(point);
        assertThat(both.stays().get(first.stays().size()).plugOutSeconds())
                .isEqualTo(second.stays().getFirst().plugOutSeconds() + 12 * 3_600);
        for (int g = 0; g < 4; g++) {
            for (int step = 0; step < 48; step++) {
                assertThat(both.groups().get(g).pvWh()[step])
                        .isEqualTo(first.groups().get(g).pvWh()[step]);
                assertThat(both.groups().get(g).loadWh()[48 + step])
                        .isEqualTo(second.groups().get(g).loadWh()[step]);
            }
            assertThat(both.groups().get(g).capacityW())
                    .isEqualTo(second.groups().get(g).capacityW());
            assertThat(both.groups().get(g).points())
                    .isEqualTo(second.groups().get(g).points());
        }
    }
}
