package org.chargeproof.operator.network.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BesuInstallationTest {
    @TempDir
    private Path temporary;

    @Test
    void homeComesBeforeThePath() throws IOException {
        program("home/bin/besu", "echo besu/v26.8.0/linux-x86_64/openjdk-java-25");
        program("path/besu", "echo besu/v26.9.1/linux-x86_64/openjdk-java-25");

        var found = BesuInstallation.find(Map.of("BESU_HOME", text("home"), "PATH", text("path")));
        assertThat(found.version()).isEqualTo("26.8.0");
        assertThat(found.command()).containsExactly(text("home/bin/besu"));
        assertThat(found.description()).contains("Besu 26.8.0 from BESU_HOME");
    }

    @Test
    void thePathComesBeforeDocker() throws IOException {
        program("path/besu", "echo besu/v26.9.1/linux-x86_64/openjdk-java-25");
        program("path/docker", "exit 0");

        assertThat(BesuInstallation.find(Map.of("PATH", text("path"))).isDocker())
                .isFalse();
    }

    @Test
    void dockerMustAnswer() throws IOException {
        program("up/docker", "exit 0");
        program("down/docker", "exit 1");

        assertThat(BesuInstallation.find(Map.of("PATH", text("up"))).isDocker()).isTrue();
        assertThat(BesuInstallation.findIfThere(Map.of("PATH", text("down")))).isEmpty();
    }

    @Test
    void saysHowToGetOne() {
        assertThatThrownBy(() -> BesuInstallation.find(Map.of("PATH", text("nothing"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll("there is no Besu", "BESU_HOME", "PATH", "Docker");
    }

    @Test
    void refusesAHomeWithoutBesu() {
        assertThatThrownBy(() -> BesuInstallation.find(Map.of("BESU_HOME", text("home"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("there is no program bin/besu in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"26.7.0", "26.7-develop-1234567", "26.4.0", "25.12.0", "1.0.0"})
    void refusesVersionsThatMakeEmptyBlocks(String version) throws IOException {
        program("path/besu", "echo besu/v" + version + "/linux-x86_64/openjdk-java-25");

        assertThatThrownBy(() -> BesuInstallation.find(Map.of("PATH", text("path"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll("is Besu " + version, "must be 26.7.1 or later");
    }

    @ParameterizedTest
    @ValueSource(strings = {"26.7.1", "26.8.0", "26.8.0-RC1", "26.9-develop-683880b", "26.10.0", "27.1.0"})
    void takesLaterVersions(String version) throws IOException {
        program("path/besu", "echo besu/v" + version + "/linux-x86_64/openjdk-java-25");

        assertThat(BesuInstallation.find(Map.of("PATH", text("path"))).version())
                .isEqualTo(version);
    }

    @Test
    void refusesWhatIsNoBesu() throws IOException {
        program("path/besu", "echo hello");

        assertThatThrownBy(() -> BesuInstallation.find(Map.of("PATH", text("path"))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll("does not say that it is Besu", "hello");
    }

    private String text(String path) {
        return temporary.resolve(path).toString();
    }

    private void program(String path, String script) throws IOException {
        Path file = temporary.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
