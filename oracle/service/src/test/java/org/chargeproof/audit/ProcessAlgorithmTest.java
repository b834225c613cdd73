package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.planner.Main;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessAlgorithmTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void plansAsTheSameCodeInThisProcess() throws Exception {
        var inputs = inputs();
        var plans = algorithm(Main.class, LONG).plan(inputs);
        var expected = new Scenario.LocalAlgorithm(Scenario.ALGORITHM).plan(inputs);
        assertThat(plans).hasSameSizeAs(expected);
        for (int i = 0; i < plans.size(); i++) {
            assertThat(plans.get(i)).isEqualTo(expected.get(i));
        }
    }

    @Test
    void startsNothingWhenThereAreNoInputs() {
        assertThat(new ProcessAlgorithm(Scenario.ALGORITHM, folder.resolve("none.jar"), LONG).plan(List.of()))
                .isEmpty();
    }

    @Test
    void throwsInvalidInputWhenTheAlgorithmRefuses() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.Refuses.class, LONG);
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("planner: limitWh is -1");
        var planner = algorithm(Main.class, LONG);
        assertThatThrownBy(() -> planner.plan(List.of(new byte[] {1, 2, 3}))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void throwsWithWhatItSaidWhenTheAlgorithmCrashes() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.Crashes.class, LONG);
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining(Scenario.ALGORITHM.toHexString())
                .hasMessageContaining("exit code 1")
                .hasMessageContaining("out of luck");
    }

    @Test
    void throwsWhenTheAlgorithmTakesTooLong() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.Hangs.class, Duration.ofSeconds(1));
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("longer than 1 s");
    }

    @Test
    void throwsWhenOutputIsCutOff() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.Truncates.class, LONG);
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("no sequence of plans at byte 0 of 11");
    }

    @Test
    void throwsWhenPlansAreMissing() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.SaysNothing.class, LONG);
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("gave 0 plans for 2 inputs");
    }

    @Test
    void throwsWhenThereIsNoJar() {
        var algorithm = new ProcessAlgorithm(Scenario.ALGORITHM, folder.resolve("none.jar"), LONG);
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("none.jar");
    }

    @Test
    void readsTheVersionOfItsInputsFromTheManifest() throws Exception {
        // what does not say is of version 1, also when it is no jar at all: running it tells
        assertThat(algorithm(Main.class, LONG).inputVersion()).isEqualTo(1);
        assertThat(new ProcessAlgorithm(Scenario.ALGORITHM, folder.resolve("none.jar"), LONG).inputVersion())
                .isEqualTo(1);
        assertThat(algorithm(Main.class, LONG, "2").inputVersion()).isEqualTo(2);
        var newer = algorithm(Main.class, LONG, "3");
        assertThatThrownBy(newer::inputVersion)
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("Input-Version: 3")
                .hasMessageContaining("Maybe this program is older");
    }

    @Test
    void givesTheAlgorithmNothingOfTheEnvironment() throws Exception {
        var algorithm = algorithm(BrokenAlgorithms.TellsItsEnvironment.class, LONG);
        assertThat(System.getenv()).containsKey("PATH");
        assertThatThrownBy(() -> algorithm.plan(inputs()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("environment ")
                .hasMessageNotContaining("PATH");
    }

    private static List<byte[]> inputs() {
        var network = Scenario.deployed();
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        return new InputBuilder(Scenario.PARAMETERS)
                .encodedInputs(network.state, network.current() + 1, InputVersion.LATEST);
    }

    /** A jar that names a class of this build and where it is. */
    private ProcessAlgorithm algorithm(Class<?> main, Duration timeout) throws IOException, URISyntaxException {
        return algorithm(main, timeout, null);
    }

    private ProcessAlgorithm algorithm(Class<?> main, Duration timeout, @Nullable String inputVersion)
            throws IOException, URISyntaxException {
        var manifest = new Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (inputVersion != null) {
            attributes.putValue("Input-Version", inputVersion);
        }
        attributes.put(Attributes.Name.MAIN_CLASS, main.getName());
        var classes = main.getProtectionDomain().getCodeSource().getLocation().toURI();
        attributes.put(Attributes.Name.CLASS_PATH, classes.toString());
        Path jar = folder.resolve(main.getSimpleName() + ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.finish();
        }
        return new ProcessAlgorithm(Scenario.ALGORITHM, jar, timeout);
    }
}
