package org.chargeproof.cpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StationTest {
    private static final long BEGIN = 1_795_000_000L;
    private static final List<Quirk> QUIRKS = List.of(Quirk.values());
    private static final int RATED_W = 22_080;
    private static final int MIN_W = 4_140;

    /** What a charge point does, second by second, from the words of its page and nothing else. */
    private static final class Reference {
        private final int defaultW;
        private boolean isPluggedIn;
        private Quirk quirk = Quirk.NONE;
        private int quirkSeconds;
        private long quirkSince;
        private ChargingProfile profile;
        private long sessionSecond;
        private ChargingProfile onItsWay;
        private boolean isSomethingOnItsWay;
        private long arrives;

        Reference(int defaultW) {
            this.defaultW = defaultW;
        }

        /** Whether something happened by itself. */
        boolean begin(long second) {
            boolean isReboot =
                    quirk == Quirk.REBOOTS && second > quirkSince && (second - quirkSince) % quirkSeconds == 0;
            if (isReboot) {
                profile = null;
            }
            boolean isArrival = isSomethingOnItsWay && arrives == second;
            if (isArrival) {
                profile = onItsWay;
                isSomethingOnItsWay = false;
            }
            return isReboot || isArrival;
        }

        void plug(boolean in, long second) {
            isPluggedIn = in;
            profile = null;
            isSomethingOnItsWay = false;
            sessionSecond = in ? second : sessionSecond;
        }

        void reboot() {
            profile = null;
            isSomethingOnItsWay = false;
        }

        void quirk(Quirk next, int seconds, long second) {
            quirk = next;
            quirkSeconds = seconds;
            quirkSince = second;
            isSomethingOnItsWay = false;
        }

        void arrive(ChargingProfile sent, long second) {
            boolean follows = isPluggedIn && quirk != Quirk.REFUSES && quirk != Quirk.LOST && quirk != Quirk.IGNORES;
            if (!follows) {
                return;
            }
            isSomethingOnItsWay = quirk == Quirk.LATE;
            if (isSomethingOnItsWay) {
                onItsWay = sent;
                arrives = second + quirkSeconds;
            } else {
                profile = sent;
            }
        }

        private int counted(BigDecimal limitW) {
            long whole = limitW.setScale(0, RoundingMode.FLOOR).longValue();
            return whole < MIN_W ? 0 : (int) Math.min(RATED_W, whole);
        }

        /** The limit at a second, and whether it is a fallback. */
        int limitW(long second, boolean[] isFallback) {
            isFallback[0] = false;
            if (!isPluggedIn) {
                return 0;
            }
            isFallback[0] = true;
            int own = counted(BigDecimal.valueOf(quirk == Quirk.FULL_POWER ? RATED_W : defaultW));
            if (profile == null) {
                return own;
            }
            long start = profile.startDateTime() == null
                    ? sessionSecond
                    : profile.startDateTime().getEpochSecond();
            long age = second - start;
            if (age < 0 || (profile.duration() != null && age >= profile.duration())) {
                return own;
            }
            List<ChargingProfilePeriod> periods = profile.chargingProfilePeriod();
            ChargingProfilePeriod now = periods.getFirst();
            for (ChargingProfilePeriod each : periods) {
                if (each.startPeriod() <= age) {
                    now = each;
                }
            }
            isFallback[0] = periods.size() > 1 && periods.getLast().startPeriod() <= age;
            BigDecimal watts = profile.chargingRateUnit() == ChargingRateUnit.A
                    ? now.limit().multiply(BigDecimal.valueOf(3 * 230))
                    : now.limit();
            return counted(watts);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4_140, 11_000, 22_080})
    void theIntegralIsThatOfEverySecond(int defaultW) {
        var random = new Random(defaultW);
        int profiles = 0;
        for (int round = 0; round < 150; round++) {
            var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, defaultW));
            var reference = new Reference(defaultW);
            int seconds = 3_000;
            var limits = new int[seconds];
            var fallback = new boolean[seconds];
            for (int i = 0; i < seconds; i++) {
                long second = BEGIN + i;
                boolean isMoment = reference.begin(second);
                // more often when something happens by itself: what comes first must be right
                while (random.nextInt(isMoment ? 2 : 90) == 0) {
                    switch (random.nextInt(8)) {
                        case 0 -> {
                            if (reference.isPluggedIn) {
                                station.unplug(second);
                            } else {
                                station.plugIn(null, second);
                            }
                            reference.plug(!reference.isPluggedIn, second);
                        }
                        case 1 -> {
                            Quirk quirk = QUIRKS.get(random.nextInt(QUIRKS.size()));
                            int quirkSeconds = 1 + random.nextInt(300);
                            station.setQuirk(quirk, quirkSeconds, second);
                            reference.quirk(quirk, quirkSeconds, second);
                        }
                        case 2 -> {
                            station.reboot(second);
                            reference.reboot();
                        }
                        case 3 -> {
                            if (random.nextInt(3) == 0) {
                                station.clear(second);
                                reference.arrive(null, second);
                            }
                        }
                        default -> {
                            ChargingProfile profile = profile(random, second);
                            LimitProfile.require(profile, second);
                            station.set(profile, second);
                            reference.arrive(profile, second);
                            profiles++;
                        }
                    }
                }
                var isFallback = new boolean[1];
                limits[i] = reference.limitW(second, isFallback);
                fallback[i] = isFallback[0];
                assertThat(station.powerLimitW(second))
                        .as("round %d, second %d", round, i)
                        .isEqualTo(limits[i]);
            }
            for (int window = 0; window < 200; window++) {
                int from = random.nextInt(seconds);
                int to = from + random.nextInt(seconds - from);
                long sum = 0;
                long fallbackSeconds = 0;
                for (int i = from; i < to; i++) {
                    sum += limits[i];
                    fallbackSeconds += fallback[i] ? 1 : 0;
                }
                assertThat(station.limitWattSeconds(BEGIN + from, BEGIN + to)).isEqualTo(sum);
                assertThat(station.fallbackSeconds(BEGIN + from, BEGIN + to)).isEqualTo(fallbackSeconds);
                assertThat(station.livedByFallback(BEGIN + from, BEGIN + to)).isEqualTo(fallbackSeconds > 0);
            }
        }
        assertThat(profiles).isGreaterThan(2_000);
    }

    private static ChargingProfile profile(Random random, long second) {
        var periods = new ArrayList<ChargingProfilePeriod>();
        boolean isAmpere = random.nextBoolean();
        int offset = 0;
        for (int i = 0; i <= random.nextInt(5); i++) {
            // tenths, below the least power now and then, above the rated power, too
            periods.add(
                    new ChargingProfilePeriod(offset, BigDecimal.valueOf(random.nextInt(isAmpere ? 400 : 260_000), 1)));
            offset += 1 + random.nextInt(400);
        }
        Instant start = random.nextInt(5) == 0 ? null : Instant.ofEpochSecond(second - 200 + random.nextInt(400));
        Integer duration = random.nextInt(3) == 0 ? 1 + random.nextInt(900) : null;
        return new ChargingProfile(start, duration, isAmpere ? ChargingRateUnit.A : ChargingRateUnit.W, null, periods);
    }

    @Test
    void inADayOfSilenceNothingIsDrawnAboveAFallbackOfNothing() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, 0));
        station.plugIn(new Car(90_000, 0.1, 22_000, MIN_W, 0.8), BEGIN);
        station.set(flat(BEGIN, null, 11_000, 0), BEGIN);
        station.advance(BEGIN + 900);
        long atTheEnd = station.sessionEnergyWh();

        station.advance(BEGIN + 900 + 86_400);
        assertThat(atTheEnd).isEqualTo(2_750);
        assertThat(station.sessionEnergyWh() - atTheEnd).isZero();
        assertThat(station.limitWattSeconds(BEGIN + 900, BEGIN + 900 + 86_400)).isZero();
        assertThat(station.livedByFallback(BEGIN, BEGIN + 900)).isFalse();
        assertThat(station.livedByFallback(BEGIN, BEGIN + 901)).isTrue();
    }

    @Test
    void withoutADefaultNothingIsDrawnBeforeTheFirstProfile() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, 0));
        station.plugIn(new Car(90_000, 0.1, 22_000, MIN_W, 0.8), BEGIN);
        station.advance(BEGIN + 5_000);

        assertThat(station.sessionEnergyWh()).isZero();
        assertThat(station.powerLimitW(BEGIN + 5_000)).isZero();
        station.set(flat(BEGIN + 5_000, null, 11_000, 0), BEGIN + 5_000);
        assertThat(station.powerLimitW(BEGIN + 5_000)).isEqualTo(11_000);
    }

    @Test
    void aStationThatStartsAtFullPowerDoesSoUntilItsFirstProfile() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, 0));
        station.setQuirk(Quirk.FULL_POWER, BEGIN);
        station.plugIn(null, BEGIN);
        station.set(flat(BEGIN + 60, null, 5_000, 0), BEGIN + 60);

        assertThat(station.limitWattSeconds(BEGIN, BEGIN + 120)).isEqualTo(60L * RATED_W + 60L * 5_000);
    }

    @Test
    void atTheEndOfADurationAStationGoesBackToItsDefault() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, RATED_W));
        station.plugIn(null, BEGIN);
        station.set(flat(BEGIN, 1_200, 5_000, 0), BEGIN);

        assertThat(station.powerLimitW(BEGIN + 1_199)).isZero();
        assertThat(station.powerLimitW(BEGIN + 1_200)).isEqualTo(RATED_W);
        assertThat(station.source(BEGIN + 1_200)).isEqualTo(LimitSource.DEFAULT);
    }

    @Test
    void whatWasLivedByIsRememberedForAnHourAndNoGuessIsMadeOfTheTimeBefore() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, 0));
        station.plugIn(null, BEGIN);
        for (int i = 0; i < 1_000; i++) {
            station.set(flat(BEGIN + i * 30L, null, 5_000 + i, 0), BEGIN + i * 30L);
        }
        long now = BEGIN + 1_000 * 30L;

        assertThat(station.limitWattSeconds(now - 3_600, now)).isEqualTo(30L * (880 + 999) * 120 / 2 + 3_600L * 5_000);
        assertThatThrownBy(() -> station.limitWattSeconds(BEGIN, now)).hasMessageContaining("remembers");
    }

    @Test
    void moreProfilesThanItRemembersComeTooOften() {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", RATED_W, MIN_W, 0));
        station.plugIn(null, BEGIN);
        var outcomes = new ArrayList<Station.Outcome>();
        for (int i = 0; i < 600; i++) {
            outcomes.add(station.set(flat(BEGIN, null, 5_000, 0), BEGIN + i).outcome());
        }

        assertThat(outcomes.getFirst()).isEqualTo(Station.Outcome.FOLLOWS);
        assertThat(outcomes.getLast()).isEqualTo(Station.Outcome.TOO_OFTEN);
        assertThat(station.set(flat(BEGIN, null, 5_000, 0), BEGIN + 4_300).outcome())
                .isEqualTo(Station.Outcome.FOLLOWS);
    }

    private static ChargingProfile flat(long start, Integer duration, int powerW, int fallbackW) {
        return new ChargingProfile(
                Instant.ofEpochSecond(start),
                duration,
                ChargingRateUnit.W,
                null,
                List.of(
                        new ChargingProfilePeriod(0, BigDecimal.valueOf(powerW)),
                        new ChargingProfilePeriod(900, BigDecimal.valueOf(fallbackW))));
    }
}
