package org.chargeproof.console.output;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** A log's message, in one line, whatever is in it; {@code %printable} in logback.xml. */
public final class PrintableMessage extends ClassicConverter {
    private static final int MOST_CHARACTERS = 4_000;

    @Override
    public String convert(ILoggingEvent event) {
        return Printable.of(event.getFormattedMessage(), MOST_CHARACTERS);
    }
}
