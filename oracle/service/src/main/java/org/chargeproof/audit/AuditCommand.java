package org.chargeproof.audit;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "audit")
public final class AuditCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 2;
    }
}
