package io.znsslab.cli.demo;

import io.znsslab.cli.demo.live.Activity;
import io.znsslab.cli.demo.live.Frame;
import io.znsslab.cli.demo.live.LiveView;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.io.FileWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * How a run is shown while it runs: as a live view on a terminal, as a line now and then elsewhere, or, in a guest, by
 * frames that go to the process which started the guest. Closed before anything else is printed.
 */
interface TieringDisplay extends Activity.PhaseListener, AutoCloseable {
    /** Shows the run as it is now; called from another thread than {@link #report}. */
    void show(Frame frame);

    @Override
    void close();

    /**
     * The best that the session's terminal can show.
     *
     * @param title the top line of the live view
     */
    static TieringDisplay on(Session session, String title) {
        return session.terminal().live() ? new Live(session, title) : new Lines(session);
    }

    /** A frame at a time as a line of JSON, to the file that a guest's starter reads. */
    static TieringDisplay toStarter(String file) {
        return new ToStarter(file);
    }

    /** Shows the frame of such a line; none if the guest ended in the middle of it. */
    default void showLine(String line) {
        try {
            show(Json.read(line, Frame.class));
        } catch (IllegalArgumentException e) {
            return;
        }
    }

    /** The live view, from the first frame on. */
    final class Live implements TieringDisplay {
        private final Session session;
        private final String title;
        private LiveView view;
        private boolean closed;

        private Live(Session session, String title) {
            this.session = session;
            this.title = title;
        }

        @Override
        public void report(String phase, long done, long total) {
            // the frames show it
        }

        @Override
        public synchronized void show(Frame frame) {
            if (closed) {
                return;
            }
            if (view == null) {
                view = new LiveView(title, session);
            }
            view.show(frame);
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (view != null) {
                view.close();
            }
        }
    }

    /** Lines of progress. */
    final class Lines implements TieringDisplay {
        private final Progress progress;

        private Lines(Session session) {
            progress = new Progress(session.terminal());
        }

        @Override
        public void report(String phase, long done, long total) {
            progress.report(phase, done, total);
        }

        @Override
        public void show(Frame frame) {
            // lines tell of phases alone
        }

        @Override
        public void close() {
            progress.close();
        }
    }

    /** Frames for another process. */
    final class ToStarter implements TieringDisplay {
        private final Writer writer;

        private ToStarter(String file) {
            try {
                writer = new FileWriter(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        private static CommandFailure unwritable(IOException cause) {
            return new CommandFailure(
                    ExitCode.NO_ZONED_KERNEL,
                    "cannot tell the guest's starter of the run: " + cause.getMessage(),
                    cause);
        }

        @Override
        public void report(String phase, long done, long total) {
            // the frames say it
        }

        @Override
        public synchronized void show(Frame frame) {
            try {
                writer.write(Json.line(frame) + "\n");
                writer.flush();
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (IOException e) {
                throw unwritable(e);
            }
        }
    }
}
