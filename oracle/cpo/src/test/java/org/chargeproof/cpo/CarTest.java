package org.chargeproof.cpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CarTest {
    @Test
    void takesWhatThousandsOfSmallStepsTake() {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int capacityWh = 20_000 + random.nextInt(80_000);
            int maxW = 3_680 + random.nextInt(40_000);
            int minW = random.nextBoolean() ? 0 : 1_380;
            double taperFrom = random.nextInt(4) == 0 ? 1 : 0.6 + 0.3 * random.nextDouble();
            double state = random.nextDouble();
            var car = new Car(capacityWh, state, maxW, minW, taperFrom);
            double stepped = 0;
            double taken = 0;
            for (int piece = 0; piece < 4; piece++) {
                int limitW = random.nextInt(3) == 0 ? 0 : random.nextInt(50_000);
                int seconds = random.nextInt(8_000);
                taken += car.charge(limitW, seconds);
                double step = 0.5;
                for (int i = 0; i < seconds / step; i++) {
                    double share = state <= taperFrom ? 1 : 1 - 0.9 * (state - taperFrom) / (1 - taperFrom);
                    double power = Math.min(limitW, state >= 1 ? 0 : maxW * share);
                    power = power < Math.max(1, minW) ? 0 : power;
                    double energy = Math.min(power * step, (1 - state) * capacityWh * 3_600);
                    stepped += energy;
                    state += energy / (capacityWh * 3_600.0);
                }
            }
            assertThat(taken).as("round %d", round).isCloseTo(stepped, within(capacityWh * 3_600 * 2e-4));
            assertThat(car.stateOfCharge()).isCloseTo(state, within(2e-4)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aCarThatIsFullTakesNothing() {
        var car = new Car(50_000, 0.9, 11_000, 1_380, 0.8);
        car.charge(22_000, 100_000);

        assertThat(car.isFull()).isTrue();
        assertThat(car.powerW(22_000)).isZero();
        assertThat(car.charge(22_000, 1_000)).isZero();
    }
}
