package org.chargeproof.console.output;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;

/** A log's stack trace, whatever is in the messages of its exceptions; {@code %printableEx} in logback.xml. */
public final class PrintableStackTrace extends RootCauseFirstThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy throwable) {
        return Printable.lines(super.throwableProxyToString(throwable));
    }
}
