package org.chargeproof.view;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The view is fed, by whoever has blocks, and asked, by whoever has callers; it knows neither. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.chargeproof.view");

    @Test
    void knowsNoNodeAndNoServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.hyperledger.besu..",
                        "org.web3j.protocol..",
                        "org.web3j.tx..",
                        "org.chargeproof.contracts..",
                        "org.chargeproof.plugin..",
                        "io.vertx..",
                        "picocli..",
                        "java.net..")
                .check(CODE);
    }

    @Test
    void nothingDependsOnTheCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.chargeproof.view.rpc")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.chargeproof.view.rpc")
                .check(CODE);
    }

    @Test
    void plansAreJudgedFromTheLedgerAlone() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.view.verify")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.view.follow", "org.chargeproof.view.model")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.view.model")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.chargeproof.view.follow")
                .check(CODE);
    }
}
