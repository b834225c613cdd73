package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.chargeproof.planner.Policy;
import org.junit.jupiter.api.Test;

class GroupPolicyTest {
    @Test
    void readsWhatItWrites() {
        for (String text :
                List.of("flat", "peak=100", "peak=1000", "green=0", "green=100", "earliest", "learned=200")) {
            var policy = GroupPolicy.parse(text);
            assertThat(policy.text()).isEqualTo(text);
            assertThat(GroupPolicy.of(policy.code(), policy.percent())).isEqualTo(policy);
        }
        assertThat(GroupPolicy.parse(" Learned=250 ").text()).isEqualTo("learned=250");
    }

    @Test
    void refusesWhatIsNone() {
        for (String text : List.of(
                "",
                "flat=1",
                "peak",
                "peak=",
                "peak=99",
                "peak=1001",
                "green=101",
                "green=-1",
                "earliest=0",
                "learned",
                "learned=99",
                "learned=1001",
                "peak=1e3",
                "best",
                "peak=200=1")) {
            assertThatThrownBy(() -> GroupPolicy.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("learned=100 to learned=1000");
        }
        assertThatThrownBy(() -> GroupPolicy.of(5, 0)).hasMessageContaining("policy 5");
        assertThatThrownBy(() -> GroupPolicy.of(-1, 0)).hasMessageContaining("policy -1");
        assertThatThrownBy(() -> GroupPolicy.of(4, 1_001)).hasMessageContaining("100 to 1000");
    }

    /** The codes of kinds that the planner knows are the planner's. */
    @Test
    void agreesWithThePlanner() {
        for (var kind : Policy.Kind.values()) {
            int least = kind == Policy.Kind.EARLIEST_TO_PEAK ? 100 : 0;
            assertThat(GroupPolicy.of(kind.code(), least).kind().name()).isEqualTo(kind.name());
        }
    }

    @Test
    void goesAsHighAsPeopleNeedIt() {
        var stays = new StayHistory();
        assertThat(GroupPolicy.parse("learned=200").peakPercent(stays)).isEqualTo(200);
        stays.add(new StayHistory.Stay(1_000, 1_000, 40, 20));
        assertThat(GroupPolicy.parse("learned=200").peakPercent(stays)).isEqualTo(400);
        assertThat(GroupPolicy.parse("learned=200").fixed(stays).text()).isEqualTo("peak=400");
        assertThat(GroupPolicy.parse("learned=900").peakPercent(stays)).isEqualTo(1_000);
        assertThat(GroupPolicy.parse("peak=200").peakPercent(stays)).isEqualTo(200);
        assertThat(GroupPolicy.parse("flat").peakPercent(stays)).isZero();
    }
}
