package org.chargeproof.ocpi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** OCPI knows nothing of chains, and its objects nothing of a network. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.chargeproof.ocpi");

    @Test
    void knowsNothingOfTheOthers() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.ocpi..",
                        "java..",
                        "com.fasterxml.jackson..",
                        "io.vertx..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(CODE);
    }

    @Test
    void objectsKnowNoNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.chargeproof.ocpi.json", "org.chargeproof.ocpi.model", "org.chargeproof.ocpi.edge")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "java.net..", "org.chargeproof.ocpi.http")
                .check(CODE);
        slices().matching("org.chargeproof.ocpi.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CODE);
    }
}
