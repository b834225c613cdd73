package org.chargeproof.view.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.chargeproof.view.verify.GroupReasons.Figures;
import org.chargeproof.view.verify.GroupReasons.OfSession;
import org.chargeproof.view.verify.PowerReason;
import org.junit.jupiter.api.Test;

class PowerHistoryTest {
    private static final Figures FIGURES = new Figures(1, 22_000, -500, 16_000, 16_000);
    private static final int NOW = 179_578_411;
    private static final int MOST = 672;

    private final PowerHistory history = new PowerHistory();

    @Test
    void keepsWhatItIsTold() {
        int timestep = NOW;
        for (PowerReason reason : PowerReason.values()) {
            history.add(timestep, FIGURES, new OfSession(7, reason, 4_095, 17), MOST);
            // two that no final plan was for
            timestep += 3;
        }
        history.add(Integer.MAX_VALUE, FIGURES, new OfSession(7, PowerReason.EVEN, 0, 0), MOST);
        timestep = NOW;
        for (PowerReason reason : PowerReason.values()) {
            assertThat(history.step(timestep)).isEqualTo(new PowerHistory.Step(timestep, reason, FIGURES, 4_095, 17));
            assertThat(history.step(timestep + 1)).isNull();
            timestep += 3;
        }
        assertThat(Objects.requireNonNull(history.step(Integer.MAX_VALUE)).others())
                .isZero();
        assertThat(history.step(0)).isNull();
    }

    @Test
    void forgetsTheOldestFirst() {
        for (int t = 0; t < 3 * MOST; t++) {
            history.add(NOW + t, FIGURES, new OfSession(7, PowerReason.LIMIT, t, t), MOST);
        }
        int last = NOW + 3 * MOST - 1;
        assertThat(history.step(last - MOST)).isNull();
        assertThat(Objects.requireNonNull(history.step(last - MOST + 1)).others())
                .isEqualTo(2 * MOST);
        assertThat(Objects.requireNonNull(history.step(last)).leaveEarlier()).isEqualTo(3 * MOST - 1);
    }

    @Test
    void whatComesTwiceOrTooLateChangesNothing() {
        history.add(NOW, FIGURES, new OfSession(7, PowerReason.LIMIT, 1, 1), MOST);
        history.add(NOW, FIGURES, new OfSession(7, PowerReason.EVEN, 2, 2), MOST);
        history.add(NOW - 1, FIGURES, new OfSession(7, PowerReason.EVEN, 2, 2), MOST);
        assertThat(Objects.requireNonNull(history.step(NOW)).reason()).isEqualTo(PowerReason.LIMIT);
        assertThat(history.step(NOW - 1)).isNull();
    }
}
