package org.chargeproof.cpo.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.cpo.Quirk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StationsFileTest {
    @TempDir
    private Path folder;

    @Test
    void filesOfAssetsCanBeRead() throws IOException {
        Path example = Path.of("../../docs/reference/examples/assets.csv");
        List<StationsFile.Row> rows = StationsFile.read(example);
        long expected = Files.readAllLines(example).stream()
                .filter(line -> line.startsWith("charge_point,"))
                .count();

        assertThat(rows).hasSize((int) expected);
        assertThat(rows.getFirst().data().locationId()).isEqualTo("garage");
        assertThat(rows.getFirst().data().minPowerW()).isEqualTo(4_140);
        assertThat(rows.getFirst().data().defaultPowerW()).isEqualTo(22_080);
    }

    @Test
    void quirksAndDefaultsAreRead() throws IOException {
        StationsFile.Row row = StationsFile.read(
                        file("EVSE_ID;rated_power_w;default_power_w;quirk\r\nDE*ABC*E1;11040;0;late\r\n"))
                .getFirst();

        assertThat(row.quirk()).isEqualTo(Quirk.LATE);
        assertThat(row.data().defaultPowerW()).isZero();
    }

    @Test
    void allThatIsWrongIsToldAtOnce() throws IOException {
        Path file = file("""
                evse_id,rated_power_w,min_power_w,quirk
                DE*ABC*E1,,,
                nonsense,11040,,
                DE*ABC*E2,11040,20000,
                DE*ABC*E3,11040,-1,
                DE*ABC*E4,11040,0,SLEEPY
                DE*ABC*E5,11040,0,
                """);
        assertThatThrownBy(() -> StationsFile.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("row 2: rated_power_w is missing")
                .hasMessageContaining("row 3: the EVSE id is 'nonsense'")
                .hasMessageContaining("row 4: the least power of DE*ABC*E2 is 20000 W")
                .hasMessageContaining("row 5: min_power_w is '-1'")
                .hasMessageContaining("row 6: quirk is 'SLEEPY'; it must be one of NONE, REFUSES");
        Path misspelled = file("evse_id,ratedpower\nDE*ABC*E1,1\n");
        assertThatThrownBy(() -> StationsFile.read(misspelled))
                .hasMessageContaining("'ratedpower', which means nothing");
        assertThatThrownBy(() -> StationsFile.read(folder.resolve("none.csv"))).hasMessageContaining("cannot read");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "stations", ".csv"), text);
    }
}
