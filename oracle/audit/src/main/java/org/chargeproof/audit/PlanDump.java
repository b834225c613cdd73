package org.chargeproof.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.planner.Certificate;
import org.chargeproof.planner.CertificateException;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.encoding.Sha256;

/**
 * Writes inputs, plans and certificates of groups to files, for who wants to run the algorithm by hand. Files of another audit with the same
 * names are replaced.
 */
final class PlanDump {
    private final Path folder;
    private final AuditRange range;
    private final Certificate certificate = new Certificate();

    /**
     * @param folder is made if it is not there
     * @throws BadInputException when nothing can be written there
     */
    PlanDump(Path folder, AuditRange range) {
        this.folder = folder;
        this.range = range;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
        if (!Files.isWritable(folder)) {
            throw new BadInputException("cannot write to " + folder
                    + ". Name a folder that you may write to, or one that is yet to be made.");
        }
    }

    /**
     * Writes a timestep.
     *
     * @param inputs encoded, one for each group
     * @param plans as they were computed again, one for each group; none when there are none
     */
    void write(int timestep, Bytes32 algorithm, List<byte[]> inputs, List<byte[]> plans) {
        for (int group = 0; group < inputs.size(); group++) {
            if (!range.includes(group)) {
                continue;
            }
            String name = timestep + "-group-" + group;
            try {
                Files.write(folder.resolve(name + ".input"), inputs.get(group));
                if (group < plans.size()) {
                    Files.write(folder.resolve(name + ".plan"), plans.get(group));
                    Files.writeString(
                            folder.resolve(name + ".certificate.txt"),
                            text(algorithm, inputs.get(group), plans.get(group)));
                }
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }
    }

    private String text(Bytes32 algorithm, byte[] inputBytes, byte[] planBytes) {
        var plan = Plan.decode(planBytes);
        var text = new StringBuilder();
        text.append("algorithm ").append(algorithm.toUnprefixedHexString()).append('\n');
        text.append("inputSha256 ")
                .append(Sha256.of(inputBytes).toUnprefixedHexString())
                .append('\n');
        text.append("planSha256 ")
                .append(Sha256.of(planBytes).toUnprefixedHexString())
                .append('\n');
        text.append("certificate ").append(check(inputBytes, plan)).append('\n');
        text.append("leastPeakWh ").append(plan.leastPeakWh()).append('\n');
        text.append("step aggregateWh price\n");
        for (int t = 0; t < plan.aggregateWh().length; t++) {
            text.append(t)
                    .append(' ')
                    .append(plan.aggregateWh()[t])
                    .append(' ')
                    .append(plan.price()[t])
                    .append('\n');
        }
        return text.toString();
    }

    private String check(byte[] inputBytes, Plan plan) {
        try {
            certificate.verify(GroupInput.decode(inputBytes), plan, GroupInput.versionOf(inputBytes));
            return "holds";
        } catch (CertificateException e) {
            return "does not hold: " + e.getMessage();
        }
    }

    private BadInputException cannotWrite(IOException e) {
        return new BadInputException(
                "cannot write to " + folder + " (" + e.getClass().getSimpleName()
                        + "). Name a folder with room that you" + " may write to.",
                e);
    }
}
