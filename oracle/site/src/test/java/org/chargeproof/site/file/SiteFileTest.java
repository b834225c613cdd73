package org.chargeproof.site.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.site.phases.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteFileTest {
    @TempDir
    private Path folder;

    private static SiteFile parse(String text) {
        return SiteFile.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "the site file s.json");
    }

    @Test
    void readsAllThatCanBeSaid() throws IOException {
        Path file = folder.resolve("site.json");
        Files.writeString(file, """
                {"groups": [
                  {"group": 4, "battery": {"battery": 64, "capacityWh": 50000, "chargeW": 20000, "dischargeW": 15000,
                   "efficiencyPercent": 90, "leastAtEndWh": 10000, "storedWh": 20000}},
                  {"group": 0, "battery": {"capacityWh": 50000, "chargeW": 20000},
                   "phases": {"limitA": 63, "chargePoints": {"DE*ABC*E0001": "L1", "7": "l2", "8": "ALL"}}}]}
                """);
        var site = SiteFile.read(file);
        assertThat(site.groups().keySet()).containsExactly(0, 4);
        assertThat(site.group(4))
                .isEqualTo(new GroupSite(4, new BatterySite(64, 50_000, 20_000, 15_000, 90, 10_000, 20_000), null));
        var first = site.groups().get(0);
        assertThat(first.battery())
                .isEqualTo(new BatterySite(BatterySite.NOT_REGISTERED, 50_000, 20_000, 20_000, 100, 0, 0));
        assertThat(first.phases())
                .isEqualTo(new PhaseSite(14_490, Map.of("DE*ABC*E0001", Phase.L1, "7", Phase.L2, "8", Phase.ALL)));
        assertThat(first.phases().phaseOf(3, "DE*ABC*E0001")).isEqualTo(Phase.L1);
        assertThat(first.phases().phaseOf(7, "DE*ABC*E0002")).isEqualTo(Phase.L2);
        assertThat(first.phases().phaseOf(9, "DE*ABC*E0009")).isEqualTo(Phase.ALL);
        assertThat(first.phases().unknown(Set.of("DE*ABC*E0001", "8"))).containsExactly("7");
        assertThat(site.group(1)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[] | the whole: is no object",
                "{'groups': []} | groups: is no list, or an empty one",
                "{'group': 1} | group: means nothing. Names here are groups.",
                "{'groups': [{'group': 0}]} | groups[0]: has neither battery nor phases",
                "{'groups': [{'group': -1, 'battery': {'capacityWh': 1, 'chargeW': 1}}]} | groups[0].group: is -1; it must be a whole number from 0",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 1}}]} | groups[0].battery.chargeW: is missing",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 1.5, 'chargeW': 1}}]} | capacityWh: is 1.5; it must be a whole number",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 99999999, 'chargeW': 1}}]} | capacityWh: is 99999999; it must be a whole number from 1 to 67108864",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 10, 'chargeW': 1, 'leastAtEndWh': 11}}]} | leastAtEndWh: is 11; it must be a whole number from 0 to 10",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 10, 'chargeW': 1, 'efficiency': 11}}]} | groups[0].battery.efficiency: means nothing",
                "{'groups': [{'group': 0, 'battery': {'capacityWh': 10, 'chargeW': 1, 'efficiencyPercent': 0}}]} | efficiencyPercent: is 0; it must be a whole number from 1 to 100",
                "{'groups': [{'group': 0, 'phases': {}}]} | groups[0].phases: has limitW and limitA, or none of them",
                "{'groups': [{'group': 0, 'phases': {'limitW': 1, 'limitA': 1}}]} | Say what a phase may take once",
                "{'groups': [{'group': 0, 'phases': {'limitW': 1, 'chargePoints': {'a': 'L4'}}}]} | must be \"L1\", \"L2\", \"L3\" or \"ALL\"",
                "{'groups': [{'group': 0, 'phases': {'limitW': 1, 'chargePoints': ['a']}}]} | chargePoints: is no object",
                "{'groups': [{'group': 0, 'phases': {'limitW': 1}}, {'group': 0, 'phases': {'limitW': 1}}]} | groups[1].group: is 0, which is there before",
                "{'groups': [{'group': 0, 'group': 1}]} | is no JSON, has a name twice",
                "{'groups' | is no JSON",
                "{} {} | is no JSON"
            })
    void refusesWhatCannotBe(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("s.json")
                .hasMessageContaining(message);
    }

    @Test
    void readsNoMoreThanThereMayBe() throws IOException {
        Path file = folder.resolve("large.json");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> SiteFile.read(file)).hasMessageContaining("has more than 1048576 bytes");
        assertThatThrownBy(() -> SiteFile.read(folder.resolve("none.json")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("Name a file that is there");
        assertThatThrownBy(() -> parse("{'groups': " + "[".repeat(20) + "]".repeat(20) + "}"))
                .hasMessageContaining("goes deeper");
    }
}
