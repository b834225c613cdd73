package org.chargeproof.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.chargeproof.planner.Planner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That whatever it draws and changes is valid, and that it keeps what it finds; how bad that is is no test's business. */
class AdversaryTest {

    @Test
    void whateverIsDrawnCanBePlanned() {
        var random = new SplittableRandom(1);
        var planner = new Planner();
        var other = HostileGroup.draw(random, 12, 5);
        for (int i = 0; i < 300; i++) {
            var group = HostileGroup.draw(random, 12, 5).changed(random).crossed(other, random);
            var plan = planner.plan(group.input());
            assertThat(plan.decisions()).hasSizeLessThanOrEqualTo(5);
            other = group;
        }
    }

    @Test
    void keepsTheWorst(@TempDir Path directory) throws Exception {
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String text = new Adversary(1, quiet).run(0, Optional.of(directory));
        assertThat(text)
                .contains("1000 charge points, number 1 of the worst")
                .contains("5 groups as the worst")
                .contains("one operator's 5,000 points");
        try (var files = Files.list(directory)) {
            assertThat(files).isNotEmpty();
        }
    }
}
