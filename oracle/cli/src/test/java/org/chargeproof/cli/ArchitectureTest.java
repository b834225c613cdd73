package org.chargeproof;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.Collection;
import java.util.Random;
import java.util.stream.BaseStream;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages; where they point is in docs/decisions/0001-modules.md. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.chargeproof");

    @Test
    void thePlannerKnowsNothingButTheLanguage() {
        classes()
                .that()
                .resideInAPackage("org.chargeproof.planner..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.planner..",
                        "java.lang..",
                        "java.util..",
                        "java.io..",
                        "java.nio..",
                        "java.security..")
                .check(CODE);
    }

    @Test
    void thePlannerHasNoClockNoChanceAndNoThreads() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.planner..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.time..", "java.util.concurrent..", "java.util.random..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Collection.class, "parallelStream")
                .orShould()
                .callMethod(BaseStream.class, "parallel")
                .check(CODE);
    }

    @Test
    void theProtocolKnowsNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.protocol..")
                // loads a jar that lies in memory
                .and()
                .resideOutsideOfPackage("org.chargeproof.protocol.algorithm")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.web3j.protocol..",
                        "org.web3j.tx..",
                        "org.chargeproof.contracts..",
                        "io.vertx..",
                        "java.net..",
                        "java.io..",
                        "java.sql..")
                .check(CODE);
    }

    @Test
    void arrowsGoOneWay() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.ledger..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.opinion..",
                        "org.chargeproof.cli.demo..",
                        "org.chargeproof.cli..")
                .check(CODE);
        slices().matching("org.chargeproof.(**)").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void theHttpApiKnowsTheViewAndNoLedger() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.ledger..",
                        "org.chargeproof.contracts..",
                        "org.chargeproof.ocpi..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.operator..",
                        "org.chargeproof.cli..",
                        "org.web3j..")
                .check(CODE);
    }

    @Test
    void theSimulationKnowsNoViewAndNoServer() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.simulation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.api..",
                        "org.chargeproof.ledger..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.view..",
                        "io.vertx..",
                        "java.net..")
                .check(CODE);
    }

    @Test
    void pagesKnowNothingButTheServer() {
        classes()
                .that()
                .resideInAPackage("org.chargeproof.pages..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.pages..", "java..", "io.vertx..", "org.jspecify..")
                .check(CODE);
    }

    @Test
    void theDatabaseKnowsNoLedger() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.database..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.api..",
                        "org.chargeproof.ledger..",
                        "org.chargeproof.contracts..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.payment..",
                        "org.chargeproof.view..",
                        "org.chargeproof.cli..",
                        "org.web3j..")
                .check(CODE);
        // statements are written in one place
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof..")
                .and()
                .resideOutsideOfPackage("org.chargeproof.database..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "org.flywaydb..", "com.zaxxer..", "org.postgresql..")
                .check(CODE);
    }

    @Test
    void theOracleDoesNotKnowTheDemonstrationOrTheAuditor() {
        noClasses()
                .that()
                .resideInAnyPackage("org.chargeproof.oracle..", "org.chargeproof.ledger..", "org.chargeproof.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.cli.demo..", "org.chargeproof.cli..")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.oracle..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.chargeproof.audit..")
                .check(CODE);
    }

    @Test
    void ownersNeitherPlanNorKnowTheDemonstration() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.operator.consortium..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.operator.network..",
                        "org.chargeproof.cli.demo..",
                        "org.chargeproof.cli..")
                .check(CODE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.chargeproof.oracle..", "org.chargeproof.audit..", "org.chargeproof.operator.network..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.chargeproof.operator.consortium..")
                .check(CODE);
    }

    @Test
    void operatorsWriteWithoutOraclesAndNetworksOfNodes() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.operator.assets..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.operator.network..",
                        "org.chargeproof.cli..")
                .check(CODE);
    }

    @Test
    void paymentKnowsNothingOfPlans() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.payment..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.planner..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.operator.network..",
                        "org.chargeproof.cli..")
                .check(CODE);
        // what signs and takes has no clock, no file and no socket
        classes()
                .that()
                .haveFullyQualifiedName("org.chargeproof.payment.PayerChannel")
                .or()
                .haveFullyQualifiedName("org.chargeproof.payment.PayeeChannel")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.payment",
                        "org.chargeproof.payment.signature",
                        "org.chargeproof.console.input",
                        "org.apache.tuweni.bytes",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util..")
                .check(CODE);
    }

    @Test
    void aChargePointOperatorKnowsOcpiAlone() {
        classes()
                .that()
                .resideInAPackage("org.chargeproof.cpo..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.cpo..",
                        "org.chargeproof.ocpi..",
                        "org.chargeproof.console..",
                        "com.fasterxml.jackson..",
                        "io.vertx..",
                        "org.apache.commons.csv..",
                        "org.jspecify..",
                        "picocli..",
                        "java..")
                .check(CODE);
        // charge points know no wall clock: a demonstration has its own
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.cpo")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(CODE);
    }

    @Test
    void networksOfNodesKnowNothingOfPlans() {
        noClasses()
                .that()
                .resideInAnyPackage("org.chargeproof.operator.network..", "org.chargeproof.console.process..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.protocol..",
                        "org.chargeproof.planner..",
                        "org.chargeproof.oracle..",
                        "org.chargeproof.audit..",
                        "org.chargeproof.cli.demo..",
                        "org.chargeproof.cli..")
                .check(CODE);
    }

    @Test
    void scenariosTablesRulesAndReportsKnowNoNode() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.chargeproof.cli.demo.scenario..",
                        "org.chargeproof.operator.assets.table..",
                        "org.chargeproof.simulation.rule..",
                        "org.chargeproof.audit.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.ledger..",
                        "org.chargeproof.contracts..",
                        "org.web3j.protocol..",
                        "org.web3j.tx..",
                        "io.vertx..",
                        "java.net..")
                .check(CODE);
    }

    @Test
    void theWorldOfADemonstrationDoesNotKnowWhatItRunsOn() {
        noClasses()
                .that()
                .resideInAnyPackage("org.chargeproof.cli.demo.deployment..", "org.chargeproof.cli.demo.world..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chargeproof.cli.demo.ledger..", "org.chargeproof.operator.network..")
                .check(CODE);
    }

    @Test
    void signedReadingsKnowNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("org.chargeproof.meter..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.web3j..", "io.vertx..", "java.net..")
                .check(CODE);
    }

    @Test
    void doublesOfTheOtherSolverAreNeverHashed() {
        noClasses()
                .that()
                // the latter two propose inputs; nothing of theirs is hashed before it is on the ledger
                .resideOutsideOfPackages(
                        "org.chargeproof.opinion..", "org.chargeproof.site.battery..", "org.chargeproof.site.phases..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.ojalgo..")
                .check(CODE);
    }

    @Test
    void batteriesAndPhasesKnowInputsAndPlansAlone() {
        classes()
                .that()
                .resideInAnyPackage(
                        "org.chargeproof.site.flow..",
                        "org.chargeproof.site.battery..",
                        "org.chargeproof.site.phases..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.chargeproof.site.flow..",
                        "org.chargeproof.site.battery..",
                        "org.chargeproof.site.phases..",
                        "org.chargeproof.planner..",
                        "org.ojalgo..",
                        "org.jspecify..",
                        "java..")
                .check(CODE);
    }
}
