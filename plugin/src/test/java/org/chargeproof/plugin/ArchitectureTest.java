package org.chargeproof.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the plugin's packages. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.chargeproof.plugin");

    @Test
    void onlyTheAdapterKnowsBesu() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.chargeproof.plugin.besu")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.hyperledger.besu..")
                .check(CODE);
    }

    @Test
    void nothingDependsOnTheAdapterOrTheCalls() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.chargeproof.plugin.follow",
                        "org.chargeproof.plugin.pool",
                        "org.chargeproof.view.verify",
                        "org.chargeproof.view.model")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.plugin.besu", "org.chargeproof.plugin.rpc")
                .check(CODE);
    }

    @Test
    void thePluginBringsNothingOfTheService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.web3j.protocol..", "org.chargeproof.contracts..", "io.vertx..", "java.net..")
                .check(CODE);
    }
}
