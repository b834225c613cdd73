package org.chargeproof.cli.abuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Resident memory of processes over time, where the system tells it (Linux). */
public final class ProcessMemory {
    private static final String RESIDENT = "VmRSS:";
    private static final long KIB_PER_MIB = 1_024;

    private final Map<String, List<Long>> mebibytes = new LinkedHashMap<>();

    /** Looks at a process now; one that has ended, or that the system tells nothing of, is passed over. */
    public void sample(String name, long pid) {
        residentMiB(pid)
                .ifPresent(m ->
                        mebibytes.computeIfAbsent(name, n -> new ArrayList<>()).add(m));
    }

    /** MiB of each process, in the order of looking. */
    public Map<String, List<Long>> mebibytes() {
        return mebibytes;
    }

    private static OptionalLong residentMiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
            return lines.filter(l -> l.startsWith(RESIDENT))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / KIB_PER_MIB)
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }
}
