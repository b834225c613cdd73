package org.chargeproof.oracle.ocpi;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.credentials.Partners;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether partners answer. Profiles are sent some seconds after each gate, so that a backend that went away would be noticed late: each is asked
 * for its versions once a minute, and more often while one does not answer.
 */
final class PartnerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartnerWatch.class);
    private static final long LOOK_SECONDS = 60;
    private static final long LOOK_AGAIN_SECONDS = 3;

    private final Partners partners;
    private final Consumer<Partner> call;
    private final Thread thread;
    private volatile String problem = "";

    /** @param call asks a partner for its versions, and fails as {@link org.chargeproof.ocpi.credentials.PartnerClient#call} */
    PartnerWatch(Partners partners, Consumer<Partner> call) {
        this.partners = partners;
        this.call = call;
        this.thread = Thread.ofVirtual().name("ocpi-partners").unstarted(this::run);
    }

    /** Begins to look. */
    void start() {
        thread.start();
    }

    /** Which partner does not answer, and what to do; empty when all do. Waits for nothing. */
    String problem() {
        return problem;
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(problem.isEmpty() ? LOOK_SECONDS : LOOK_AGAIN_SECONDS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks each that is registered, one after the other. */
    void look() {
        String now = partners.all().stream()
                .filter(partner -> partner.isRegistered()
                        && partner.versionsUrl() != null
                        && !partner.tokens().isEmpty())
                .map(this::ask)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("");
        if (!Thread.currentThread().isInterrupted()) {
            problem = now;
        }
    }

    private Optional<String> ask(Partner partner) {
        try {
            call.accept(partner);
            return Optional.empty();
        } catch (CallFailedException e) {
            LOG.debug("{} was asked for its versions", partner, e);
            return switch (e.kind()) {
                case UNAUTHORIZED ->
                    Optional.of("the backend '" + partner.id()
                            + "' does not know the token that it gave. 'chargeproof ocpi remove " + partner.id()
                            + "', and invite it again");
                // it is there
                case REFUSED -> Optional.empty();
                default ->
                    Optional.of("the backend '" + partner.id()
                            + "' does not answer by OCPI. Start it, or look where it is with 'chargeproof ocpi list'; until it answers, its"
                            + " charge points live by their last profile, and then take nothing");
            };
        } catch (RefusedAddressException e) {
            return Optional.of(
                    "the backend '" + partner.id()
                            + "' is at an address that is not called. Allow it with --ocpi-allow, or register it at another one");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
