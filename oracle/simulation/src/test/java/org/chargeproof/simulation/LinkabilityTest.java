package org.chargeproof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.chargeproof.simulation.Linkability.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LinkabilityTest {
    private static final int DRIVERS = 60;
    private static final double CHANCE = 1.0 / Linkability.CANDIDATES;

    private List<SeenSession> sessions = List.of();

    @BeforeAll
    void charge() {
        sessions = SeenSession.of(
                GeneratedDrivers.generate(GeneratedSites.Kind.WORKPLACE, 2, 20, DRIVERS / 2, 30, 7), 25, 1, 7);
    }

    @Test
    void theSameSeedGivesTheSame() {
        var again = SeenSession.of(
                GeneratedDrivers.generate(GeneratedSites.Kind.WORKPLACE, 2, 20, DRIVERS / 2, 30, 7), 25, 1, 7);
        assertThat(new Linkability(again, DRIVERS, 7).measure(Scope.SITE))
                .isEqualTo(new Linkability(sessions, DRIVERS, 7).measure(Scope.SITE));
    }

    @Test
    void oneAccountIsAlwaysLinkedAndBatchesAreNot() {
        for (var scope : Scope.values()) {
            var result = new Linkability(sessions, DRIVERS, 7).measure(scope);
            assertThat(result.questions()).isGreaterThan(500);
            assertThat(right(result, LinkAttacker.ACCOUNT, AccountRegime.ONE)).isEqualTo(1);
            assertThat(right(result, LinkAttacker.ACCOUNT, AccountRegime.FRESH)).isGreaterThan(2 * CHANCE);
            assertThat(right(result, LinkAttacker.ACCOUNT, AccountRegime.BATCHED))
                    .isLessThan(1.5 * CHANCE);
            // habits are seen whatever the account
            for (var regime : AccountRegime.values()) {
                assertThat(right(result, LinkAttacker.PLACE_AND_TIME, regime)).isGreaterThan(2 * CHANCE);
            }
        }
    }

    /** What has nothing to do with drivers must not look as if it gave them away. */
    @Test
    void withoutHabitsNobodyIsRightMoreOftenThanByChance() {
        var drivers = new ArrayList<>(sessions.stream().map(SeenSession::driver).toList());
        Collections.shuffle(drivers, new Random(1));
        var shuffled = new ArrayList<SeenSession>();
        for (int i = 0; i < sessions.size(); i++) {
            var s = sessions.get(i);
            shuffled.add(new SeenSession(
                    drivers.get(i),
                    s.provider(),
                    s.site(),
                    s.point(),
                    s.arrivalStep(),
                    s.departureStep(),
                    s.askedWh(),
                    s.meteredWh()));
        }
        var result = new Linkability(shuffled, DRIVERS, 7).measure(Scope.NETWORK);
        for (var attacker : List.of(LinkAttacker.PLACE_AND_TIME, LinkAttacker.SHAPE, LinkAttacker.ALL)) {
            assertThat(right(result, attacker, AccountRegime.BATCHED))
                    .as(attacker.words())
                    .isBetween(0.6 * CHANCE, 1.4 * CHANCE);
        }
    }

    @Test
    void whatTheChainShowsIsWhatWasMetered() {
        for (var s : sessions) {
            assertThat(s.energyWh()).isLessThanOrEqualTo(s.askedWh());
            assertThat(s.mostWh()).isLessThanOrEqualTo(11_040 / Site.STEPS_PER_HOUR);
            assertThat(s.chargingSteps()).isLessThanOrEqualTo(s.meteredWh().length);
        }
    }

    private static double right(Linkability.Result result, LinkAttacker attacker, AccountRegime regime) {
        return Objects.requireNonNull(
                Objects.requireNonNull(result.rightShare().get(attacker)).get(regime));
    }
}
