package org.chargeproof.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The plugin adapts Besu to the view, and adds what a node's pool takes. */
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
    void thePoolKnowsNeitherTheAdapterNorTheCalls() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.plugin.pool")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.plugin.besu", "org.chargeproof.view.rpc")
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
