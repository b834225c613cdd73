package org.chargeproof.oracle.ocpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.oracle.backend.SetpointBackend.Period;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.junit.jupiter.api.Test;

/** A profile says in each second what the setpoints say, and 0 W for ever after. */
class OcpiSetpointBackendTest {
    private static final int TIMESTEP_SECONDS = 900;
    private static final long START = 1_780_000_200L;

    private final Random random = new Random(11);

    @Test
    void aProfileIsWhatWasHandedOverInEachSecondAndTheFallbackAfter() {
        for (int run = 0; run < 2_000; run++) {
            List<TimestepSetpoints> timesteps = new ArrayList<>();
            List<Setpoint> own = new ArrayList<>();
            long start = START;
            for (int i = 0; i <= random.nextInt(3); i++) {
                // now and then one is missing
                start += random.nextInt(5) == 0 && i > 0 ? TIMESTEP_SECONDS : 0;
                Setpoint setpoint = setpoint();
                own.add(setpoint);
                timesteps.add(new TimestepSetpoints(
                        i, Source.PLAN, start, start + TIMESTEP_SECONDS, start + TIMESTEP_SECONDS, List.of(setpoint)));
                start += TIMESTEP_SECONDS;
            }

            ChargingProfile profile = OcpiSetpointBackend.limits(timesteps, own, 0, START + random.nextInt(1_000))
                    .toProfile()
                    .profile();

            assertThat(profile.duration()).as("with one, it would end").isNull();
            assertThat(profile.startDateTime()).isEqualTo(Instant.ofEpochSecond(START));
            for (long second = START; second < start + 2 * TIMESTEP_SECONDS; second += 1 + random.nextInt(7)) {
                assertThat(powerW(profile, second))
                        .as("second %s of %s", second - START, own)
                        .isEqualTo(powerW(timesteps, own, second));
            }
            assertThat(powerW(profile, start + 86_400))
                    .as("after a day of silence")
                    .isZero();
        }
    }

    private Setpoint setpoint() {
        int powerW = random.nextInt(4) == 0 ? 0 : random.nextInt(22_000);
        List<Period> periods = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            int from = random.nextInt(400);
            int to = from + 1 + random.nextInt(200);
            periods.add(new Period(from, to, 4_140));
            if (random.nextBoolean()) {
                int again = to + random.nextInt(100);
                periods.add(new Period(again, Math.min(TIMESTEP_SECONDS, again + 1 + random.nextInt(300)), 4_140));
            }
        }
        return new Setpoint(3, "XX*A*E3", powerW, periods, 0);
    }

    private static int powerW(List<TimestepSetpoints> timesteps, List<Setpoint> own, long second) {
        for (int i = 0; i < timesteps.size(); i++) {
            long inside = second - timesteps.get(i).startSeconds();
            if (inside >= 0 && second < timesteps.get(i).endSeconds()) {
                Setpoint setpoint = own.get(i);
                return setpoint.periods().isEmpty()
                        ? setpoint.powerW()
                        : setpoint.periods().stream()
                                .filter(period -> period.fromSecond() <= inside && inside < period.toSecond())
                                .mapToInt(Period::powerW)
                                .sum();
            }
        }
        return 0;
    }

    private static int powerW(ChargingProfile profile, long second) {
        BigDecimal powerW = BigDecimal.ZERO;
        for (ChargingProfilePeriod period : profile.chargingProfilePeriod()) {
            if (period.startPeriod() <= second - START) {
                powerW = period.limit();
            }
        }
        return powerW.intValueExact();
    }
}
