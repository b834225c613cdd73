package org.chargeproof.view.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What costs somebody nearly nothing must not fill every node's memory. */
class NetworkViewMemoryTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int NOW = 1_000;
    private static final int HISTORY_TIMESTEPS = 672;
    private static final int HISTORY_SESSIONS = 50_000;
    private static final Bytes ACCOUNT = Bytes.repeat((byte) 1, 20);

    private final LedgerState state = new LedgerState();
    private final NetworkView view =
            new NetworkView(PARAMETERS, state, HISTORY_TIMESTEPS, HISTORY_SESSIONS, header(NOW));
    private int nextSession;

    @BeforeEach
    void register() {
        apply(new LedgerEvent.GroupRegistered(0, 1, 40_000, 10_000, 1, 200));
        apply(new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_000, 4_140, "NO*AUR*E0"));
    }

    @Test
    void requestsThatAreMadeAndWithdrawnLeaveItFlat() {
        int honest = accepted();
        apply(new LedgerEvent.SessionEnded(honest, 0, NOW, 0));
        long before = usedBytes();
        for (int i = 0; i < 1_200_000; i++) {
            withdraw(request(), NOW);
        }
        assertThat(usedBytes() - before).isLessThan(64L << 20);
        assertThat(view.sessions()).hasSizeLessThanOrEqualTo(HISTORY_SESSIONS + 1);
        // and displace nobody's receipt
        assertThat(view.session(honest)).isNotNull();
    }

    @Test
    void sessionsThatWereDecidedAreBoundedTooTheOldestFirst() {
        int first = accepted();
        apply(new LedgerEvent.SessionEnded(first, 0, NOW, 0));
        for (int i = 0; i < HISTORY_SESSIONS; i++) {
            apply(new LedgerEvent.RequestDecided(request(), NOW, false, 0, 0, 0));
        }
        assertThat(view.sessions()).hasSize(HISTORY_SESSIONS);
        assertThat(view.session(first)).isNull();
        assertThat(view.session(first + 1)).isNotNull();
    }

    @Test
    void whatWasNeverDecidedIsForgottenAfterTwoTimesteps() {
        int withdrawn = request();
        withdraw(withdrawn, NOW);
        int ended = accepted();
        apply(new LedgerEvent.SessionEnded(ended, 0, NOW, 0));
        view.endBlock(header(NOW + 2));
        assertThat(view.session(withdrawn)).isNotNull();
        view.endBlock(header(NOW + 3));
        assertThat(view.session(withdrawn)).isNull();
        view.endBlock(header(NOW + HISTORY_TIMESTEPS));
        assertThat(view.session(ended)).isNotNull();
        view.endBlock(header(NOW + HISTORY_TIMESTEPS + 1));
        assertThat(view.session(ended)).isNull();
    }

    /** As many groups as a network has at most. */
    @Test
    void whatGroupsTimestepsCameToIsBounded() {
        long before = usedBytes();
        for (int group = 1; group < 5_000; group++) {
            apply(new LedgerEvent.GroupRegistered(group, 1, 40_000, 10_000, 1, 200));
        }
        for (int t = NOW + 1; t <= NOW + 2 * GroupHistory.TIMESTEPS; t++) {
            view.beginBlock(header(t));
            for (int group = 0; group < 5_000; group++) {
                apply(new LedgerEvent.GroupReported(group, t - 1, 100, 200, 0));
            }
            view.endBlock(header(t));
        }
        assertThat(usedBytes() - before).isLessThan(48L << 20);
        var history = Objects.requireNonNull(view.group(4_999));
        int last = NOW + 2 * GroupHistory.TIMESTEPS;
        assertThat(history.step(last - GroupHistory.TIMESTEPS)).isNull();
        assertThat(Objects.requireNonNull(history.step(last - GroupHistory.TIMESTEPS + 1))
                        .limitW())
                .isEqualTo(40_000);
    }

    /** What comes too late, or tells of more than there can be, changes nothing else. */
    @Test
    void reportsThatAreLateOrTooLargeAreHarmless() {
        var history = new GroupHistory();
        history.limit(NOW, 40_000);
        history.reported(NOW - GroupHistory.TIMESTEPS, 7, 8, 9);
        assertThat(history.step(NOW - GroupHistory.TIMESTEPS)).isNull();
        assertThat(Objects.requireNonNull(history.step(NOW)).loadWh()).isNull();
        history.metered(0, NOW, Long.MAX_VALUE);
        assertThat(Objects.requireNonNull(history.step(NOW)).energyWh()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Objects.requireNonNull(history.step(NOW - 1)).energyWh()).isEqualTo(Integer.MAX_VALUE);
        assertThat(history.step(-1)).isNull();
        history.forecast(NOW, new LedgerEvent.ForecastStep(1, 2, 3, 4));
        assertThat(history.forecast(NOW)).isEqualTo(new LedgerEvent.ForecastStep(1, 2, 3, 4));
        assertThat(history.forecast(-1)).isNull();
        history.limit(NOW + GroupHistory.TIMESTEPS, 40_000);
        assertThat(history.forecast(NOW)).isNull();
        assertThat(history.forecast(NOW + GroupHistory.TIMESTEPS)).isNull();
        assertThat(history.firmPvWh(NOW)).isZero();
    }

    private int accepted() {
        int session = request();
        apply(new LedgerEvent.RequestDecided(session, NOW, true, 0, 0, 0));
        return session;
    }

    private int request() {
        int session = nextSession++;
        apply(new LedgerEvent.ChargingRequested(
                session, 0, ACCOUNT, 1, 11_000, 11_000, NOW + 1, NOW + 20, true, NOW + 1, NOW));
        return session;
    }

    private void withdraw(int session, int timestep) {
        apply(new LedgerEvent.SessionEnded(session, 0, timestep, 0));
    }

    private void apply(LedgerEvent event) {
        state.apply(event);
        view.apply(event, header(NOW), null);
    }

    private static BlockHeader header(int timestep) {
        return new BlockHeader(timestep, Bytes32.leftPad(Bytes.ofUnsignedInt(timestep)), PARAMETERS.startOf(timestep));
    }

    private static long usedBytes() {
        var runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
