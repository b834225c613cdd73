package org.chargeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.chargeproof.ledger.ContractAbis;
import org.chargeproof.operator.consortium.member.Contracts;
import org.junit.jupiter.api.Test;

/** What has to be written by hand for each contract is written: the deployment, and what readers look up. */
class ContractNamesTest {
    @Test
    void theIndexHasContractsAlone() {
        assertThat(ContractAbis.names())
                .contains("Consortium", "Plans", "Settlement")
                .doesNotContain("Ballots", "IPlans", "Votes", "Members")
                .isSorted();
        assertThat(ContractAbis.names())
                .allSatisfy(name -> assertThat(ContractAbis.of(name)).isNotEmpty());
    }

    @Test
    void eachContractIsDeployed() {
        assertThat(Contracts.COUNT)
                .as("contracts that are deployed, AlgorithmRegistry twice: deploy the new one in Contracts")
                .isEqualTo(ContractAbis.names().size() + 1);
    }

    @Test
    void eachContractStandsInItsReference() throws IOException {
        var reference = Files.readString(ProjectFolder.path().resolve("docs/reference/contracts.md"));
        var npm = Files.readString(ProjectFolder.path().resolve("contracts/build/npm/README.md"));
        for (String name : ContractAbis.names()) {
            assertThat(reference).as("docs/reference/contracts.md").containsPattern("(?m)^\\| .*`" + name + "`.* \\|");
            assertThat(npm)
                    .as("contracts/build/npm/README.md")
                    .contains("`" + Character.toLowerCase(name.charAt(0)) + name.substring(1) + "Abi`");
        }
    }
}
