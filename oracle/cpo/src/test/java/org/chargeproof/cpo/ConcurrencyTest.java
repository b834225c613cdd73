package org.chargeproof.cpo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
    private static final long BEGIN = 1_795_000_000L;

    private static final int OPERATIONS_PER_SECOND = 16;

    @Test
    void profilesPlugsAndReadersMayComeFromManyThreads() throws Exception {
        var station = new Station(StationData.of("DE*ABC*E0001", "L", 11_040, 0, 0));
        station.plugIn(new Car(80_000, 0.1, 22_000, 0, 0.8), BEGIN);
        var clock = new AtomicLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 8; thread++) {
                int number = thread;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        long second = BEGIN + clock.incrementAndGet() / OPERATIONS_PER_SECOND;
                        switch (number % 4) {
                            case 0 -> station.set(flat(second), second);
                            case 1 -> station.setQuirk(i % 2 == 0 ? Quirk.LATE : Quirk.NONE, 50, second);
                            case 2 -> station.advance(second);
                            default ->
                                assertThat(station.limitWattSeconds(second - 600, second))
                                        .isBetween(0L, 600L * 11_040);
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
        long end = BEGIN + clock.get() / OPERATIONS_PER_SECOND;
        station.advance(end);
        assertThat(station.sessionEnergyWh()).isBetween(1L, 72_000L);
    }

    private static ChargingProfile flat(long second) {
        return new ChargingProfile(
                Instant.ofEpochSecond(second),
                null,
                ChargingRateUnit.W,
                null,
                List.of(new ChargingProfilePeriod(0, BigDecimal.valueOf(11_040))));
    }
}
