package org.chargeproof.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.chargeproof.oracle.Instrumentation;
import org.chargeproof.oracle.OracleCommand;

/**
 * An oracle that stands still in a phase of a timestep, for a test to kill it just there. The phase and timestep stand in the file
 * {@code halt} of the folder that the system property {@code halt.folder} names; it writes {@code halted} when it is there.
 */
public final class HaltingOracle {
    private HaltingOracle() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(System.getProperty("halt.folder"));
        int number = Integer.getInteger("halt.number");
        System.exit(OracleCommand.run(
                OracleCommand.config(arguments),
                new Instrumentation(
                        UnaryOperator.identity(),
                        (phase, timestep) -> haltIfTold(folder, phase + " " + timestep + " " + number))));
    }

    private static void haltIfTold(Path folder, String here) {
        try {
            Path halt = folder.resolve("halt");
            if (Files.readString(halt).equals(here)) {
                Files.delete(halt);
                Files.createFile(folder.resolve("halted"));
                new CountDownLatch(1).await();
            }
        } catch (NoSuchFileException e) {
            // nobody is told to, or the one that was has just taken it away
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
