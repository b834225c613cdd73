package org.chargeproof.plugin.besu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.chargeproof.plugin.besu.BesuApi.Use;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The declarations stand for Besu here; {@link DeclarationsIT} takes the real one. */
class BesuApiTest {
    private static final Path RECORD = Path.of("src", "test", "resources", "besu-api.txt");
    private static final SortedSet<Use> USED = BesuApi.used(ChargePlugin.class);

    @Test
    void everyUseOfBesuWasLookedUpInAllVersionsThatThePluginRunsOn() throws IOException {
        var recorded = Files.readAllLines(RECORD).stream()
                .filter(line -> !line.startsWith("//"))
                .toList();
        assertThat(usesOfBesu())
                .as(
                        "What the plugin uses of Besu is not what %s says. Before a line goes in, run DeclarationsIT with BESU_HOME"
                                + " set to each of the versions that are named there.",
                        RECORD)
                .isEqualTo(recorded);
    }

    @Test
    void whatIsDeclaredFits() {
        assertThat(missing(USED)).isEmpty();
    }

    static Stream<Use> gone() {
        return Stream.of(
                new Use("org.hyperledger.besu.plugin.services.BlockchainService", "getBlock(J)V", false),
                new Use("org.hyperledger.besu.plugin.services.BlockchainService", "LIMIT:J", false),
                new Use("org.hyperledger.besu.plugin.services.Gone", "", false),
                new Use("org.hyperledger.besu.plugin.services.Gone", "call()V", true));
    }

    @ParameterizedTest
    @MethodSource("gone")
    void whatABesuNoLongerHasIsNamed(Use use) {
        var uses = new HashSet<>(USED);
        uses.add(use);
        assertThat(missing(uses)).containsExactly(use.toString());
    }

    @Test
    void whatABesuAsksForAndDoesNotGetIsNamed() {
        String type = "org.hyperledger.besu.plugin.services.txvalidator.PluginTransactionPoolValidator";
        var uses = new HashSet<Use>();
        uses.add(new Use(type, "validate()V", true));
        assertThat(missing(uses)).singleElement().asString().contains(type, "#validateTransaction(");
    }

    private static SortedSet<String> missing(Set<Use> uses) {
        return BesuApi.missing(uses, ChargePlugin.class.getClassLoader());
    }

    /** Without the methods of ours that happen to be beside those that Besu calls. */
    private static List<String> usesOfBesu() {
        return USED.stream()
                .filter(use -> use.type().startsWith("org.hyperledger.besu."))
                .filter(use -> !use.member().isEmpty())
                .filter(use -> !use.isImplemented() || isAskedFor(use))
                .map(Use::toString)
                .toList();
    }

    private static boolean isAskedFor(Use use) {
        try {
            var type = Class.forName(use.type());
            return type.getMethods().length == 0
                    || Stream.of(type.getMethods())
                            .map(Method::getName)
                            .anyMatch(name -> use.member().startsWith(name + "("));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
